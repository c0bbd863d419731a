import Anthropic from "@anthropic-ai/sdk";
import { instrument, observe } from "laminar-edge";
import { wrapAnthropic } from "laminar-edge/llm";

const TOOLS = [
  {
    name: "get_weather",
    description: "The weather of a city",
    input_schema: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    },
  },
];
const TURNS = 5;

export default instrument({
  async fetch(request, env) {
    const question = new URL(request.url).searchParams.get("q") ?? "Hello";
    const client = wrapAnthropic(
      new Anthropic({
        apiKey: env.ANTHROPIC_API_KEY,
        baseURL: env.ANTHROPIC_BASE_URL,
      }),
    );
    const text = await observe({ name: "agent" }, agent, client, question);
    return new Response(text);
  },
});

/** Calls the model and runs the tools that it asks for, until it answers. */
async function agent(client, question) {
  const messages = [{ role: "user", content: question }];
  for (let turn = 0; turn < TURNS; turn++) {
    const { content, stop_reason } = await client.messages.create({
      model: "claude-sonnet-4-6",
      max_tokens: 1024,
      tools: TOOLS,
      messages,
    });
    if (stop_reason !== "tool_use")
      return content.map(({ text }) => text ?? "").join("");
    const calls = content.filter(({ type }) => type === "tool_use");
    messages.push(
      { role: "assistant", content },
      { role: "user", content: await Promise.all(calls.map(resultOf)) },
    );
  }
  return "I could not find out.";
}

async function resultOf({ id, name, input }) {
  const content = await observe(
    { name, spanType: "TOOL" },
    async ({ city }) => `3 degrees in ${city}`,
    input,
  );
  return { type: "tool_result", tool_use_id: id, content };
}
