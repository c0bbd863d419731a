// A request of the agent, the same for every Worker: five spans, one of them an LLM call, and about 5 kB of
// content. It does no I/O, so a request costs what its telemetry costs.

import { ANSWER, OUTPUT, QUESTION, SYSTEM } from "../workloads.mjs";

export const SPANS = ["agent", "retrieve", "chat", "check", "format"];
export const MODEL_ATTRIBUTES = {
  "gen_ai.system": "openai",
  "gen_ai.request.model": "gpt-4o-mini",
  "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
  "gen_ai.usage.input_tokens": 412,
  "gen_ai.usage.output_tokens": 143,
};

/** The body of the bare post: as many bytes as the others', without their work. */
export const BODY_BYTES = 5_000;

let count = 0;

/**
 * Returns a question as a user would ask it. Each is another string, as each request's is.
 */
export const question = () => `${QUESTION} My booking is number ${count++}.`;

/**
 * The four steps of the agent. `step({ name, type, attributes }, input, action)` calls `action(input)` and
 * resolves to its result. The Worker makes the span around all of them.
 */
export async function steps(asked, step) {
  const documents = await step(
    { name: "retrieve", type: "TOOL" },
    { query: asked.slice(0, 120), limit: 3 },
    async () => [
      { id: "timetable", score: 0.92, text: ANSWER.slice(0, 160) },
      { id: "taxis", score: 0.81, text: ANSWER.slice(160, 300) },
      { id: "museum", score: 0.64, text: ANSWER.slice(300) },
    ],
  );
  const message = await step(
    { name: "chat", type: "LLM", attributes: MODEL_ATTRIBUTES },
    [
      { role: "system", content: SYSTEM },
      { role: "assistant", content: documents[0].text },
      { role: "user", content: asked },
    ],
    async () => ({ role: "assistant", content: OUTPUT }),
  );
  const checked = await step(
    { name: "check", type: "TOOL" },
    { documents: documents.map(({ id }) => id), characters: OUTPUT.length },
    async () => ({ supported: true, score: 0.97 }),
  );
  return step(
    { name: "format", type: "DEFAULT" },
    { supported: checked.supported },
    async () => message.content,
  );
}
