// Programs of users of `@google/genai`; see openai.mjs. The client has its own form of a request.

import { failureOf, plain } from "./results.mjs";

const MODEL = "gemini-2.5-flash";
const CONTENTS = [{ role: "user", parts: [{ text: "What is 6 times 7?" }] }];

async function chunksOf(stream) {
  const chunks = [];
  for await (const chunk of stream)
    chunks.push({ ...plain(chunk), sdkHttpResponse: undefined });
  return plain(chunks);
}
const without = ({ sdkHttpResponse, ...answer }) => plain(answer);

export const programs = {
  generateContent: {
    answers: ["gemini/function-calls"],
    spans: 1,
    async run(client) {
      const answer = await client.models.generateContent({
        model: MODEL,
        contents: CONTENTS,
        config: {
          temperature: 0,
          systemInstruction: "Be terse.",
          tools: [
            {
              functionDeclarations: [
                { name: "get_weather", parametersJsonSchema: {} },
              ],
            },
          ],
        },
      });
      return { ...without(answer), calls: answer.functionCalls };
    },
  },
  generateContentStream: {
    cases: ["gemini/stream-thoughts"],
    run: async (client) =>
      chunksOf(
        await client.models.generateContentStream({
          model: MODEL,
          contents: CONTENTS,
        }),
      ),
  },
  "a chat": {
    answers: ["gemini/thoughts", "gemini/stream-thoughts"],
    spans: 2,
    async run(client) {
      const chat = client.chats.create({ model: MODEL });
      const first = await chat.sendMessage({ message: "6 times 7?" });
      const stream = await chat.sendMessageStream({ message: "Again." });
      return {
        first: first.text,
        chunks: await chunksOf(stream),
        history: plain(chat.getHistory()),
      };
    },
  },
  "an error": {
    cases: ["gemini/error"],
    run: (client) =>
      failureOf(
        client.models.generateContent({ model: MODEL, contents: CONTENTS }),
      ),
  },
  embedContent: {
    answers: [{ body: { embeddings: [{ values: [0.1] }] } }],
    spans: 1,
    run: async (client) =>
      without(
        await client.models.embedContent({
          model: "gemini-embedding-001",
          contents: "a small text",
        }),
      ),
  },
  "countTokens is no call of a model": {
    answers: [{ body: { totalTokens: 9 } }],
    spans: 0,
    run: async (client) =>
      without(
        await client.models.countTokens({ model: MODEL, contents: CONTENTS }),
      ),
  },
};
