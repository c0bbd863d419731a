// What is recorded to measure redaction: spans of which nothing is replaced, and long texts.

import { ANSWER, QUESTION, SYSTEM, WORKLOADS } from "../workloads.mjs";

const TURNS = [
  ["user", QUESTION],
  ["assistant", ANSWER],
];

/** A chat whose messages have about so many bytes together. */
function chat(bytes) {
  const messages = [{ role: "system", content: SYSTEM }];
  for (let i = 0, all = SYSTEM.length; all < bytes; i++) {
    const [role, content] = TURNS[i % 2];
    messages.push({ role, content: `${content} (${i})` });
    all += content.length;
  }
  return (i) => ({ ...WORKLOADS.W2(i), input: messages });
}

export const SPANS = {
  W1: WORKLOADS.W1,
  W2: WORKLOADS.W2,
  "a chat of 3.3 KB": chat(2_500),
  "a chat of 50 KB": chat(50_000),
};

const TEXT_UNITS = 1 << 20;

function filled(part) {
  let text = "";
  for (let i = 0; text.length < TEXT_UNITS; i++) text += part(i);
  return text;
}

/** Texts of 1 MB. */
export const TEXTS = {
  chat: () => filled((i) => `${QUESTION}\n${ANSWER} (${i})\n`),
  code: () =>
    filled(
      (i) => `// Returns the ${i}th price, in cents.
export async function priceOf(room, { from, to, guests = 2 }) {
  const response = await fetch(\`\${this.baseUrl}/rooms/\${room.id}?from=\${from}&to=\${to}\`);
  if (!response.ok) throw new TypeError("no price: " + response.status);
  const { total_price, currency_code } = await response.json();
  return currency_code === "EUR" ? Math.round(total_price * 100) : undefined;
}
`,
    ),
  JSON: () =>
    filled((i) =>
      JSON.stringify({
        id: `call-${i}`,
        type: "function",
        role: "assistant",
        content: [{ type: "text", text: ANSWER }],
        usage: { input_tokens: i, output_tokens: 7, total_tokens: i + 7 },
        function: {
          name: "search",
          arguments: JSON.stringify({
            query: QUESTION,
            description: "a",
            limit: 3,
          }),
        },
      }),
    ),
};
