// An agent that asks a model, which calls a tool and then answers. It is the same for every version of the AI
// SDK, in Node and in a Worker.

import { observe } from "laminar-edge";

const QUESTION = "Is it warm in Rome?";
const CALL = {
  type: "tool-call",
  toolCallId: "call-1",
  toolName: "weather",
  input: JSON.stringify({ city: "Rome" }),
};
const ANSWER = "It is 31 degrees.";

/** The differences between the model interfaces of the AI SDK's versions. */
const INTERFACES = {
  2: {
    usage: (inputTokens, outputTokens) => ({
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
    }),
    reason: (reason) => reason,
  },
  3: {
    usage: (input, output) => ({
      inputTokens: { total: input, noCache: input, cacheRead: 3 },
      outputTokens: { total: output, text: output, reasoning: 2 },
    }),
    reason: (reason) => ({ unified: reason, raw: reason }),
  },
};

/** Returns a model of `Mock`'s version that first calls the tool and then answers; `pace` in ms. */
export function mockModel(Mock, version, pace = 1) {
  const { usage, reason } = INTERFACES[version === 2 ? 2 : 3];
  const replies = [
    { content: CALL, usage: usage(11, 5), finishReason: reason("tool-calls") },
    {
      content: { type: "text", text: ANSWER },
      usage: usage(23, 7),
      finishReason: reason("stop"),
      // It may quote the answer.
      providerMetadata: { mock: { segments: [ANSWER] } },
    },
  ];
  let generated = 0;
  let streamed = 0;
  return new Mock({
    provider: "Mock.chat",
    modelId: "mock-1",
    async doGenerate() {
      const { content, ...reply } = replies[generated++];
      const response = { id: `response-${generated}`, modelId: "mock-1-0" };
      return { ...reply, response, content: [content], warnings: [] };
    },
    async doStream() {
      const { content, ...reply } = replies[streamed++];
      const id = `response-${streamed}`;
      const parts =
        content.type === "text"
          ? [
              { type: "text-start", id: "t" },
              ...content.text
                .split(/(?= )/)
                .map((delta) => ({ type: "text-delta", id: "t", delta })),
              { type: "text-end", id: "t" },
            ]
          : [content];
      return {
        stream: streamOf(
          [
            { type: "stream-start", warnings: [] },
            { type: "response-metadata", id, modelId: "mock-1-0" },
            ...parts,
            { type: "finish", ...reply },
          ],
          pace,
        ),
      };
    },
  });
}

/** Returns a slow stream, like the tokens of a real model. */
function streamOf(parts, pace) {
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      if (next === parts.length) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, pace));
      controller.enqueue(parts[next++]);
    },
  });
}

/** Returns options of generateText and streamText. The tool makes an observed call. */
export function question({ jsonSchema, stepCountIs }, model) {
  const city = { type: "string" };
  return {
    model,
    system: "Be brief.",
    prompt: QUESTION,
    maxRetries: 0,
    stopWhen: stepCountIs(3),
    tools: {
      weather: {
        description: "The weather of a city.",
        inputSchema: jsonSchema({ type: "object", properties: { city } }),
        execute: ({ city }) =>
          observe({ name: "look up" }, async () => ({ city, degrees: 31 })),
      },
    },
  };
}

export async function generate(ai, options) {
  return observe({ name: "request" }, async () => {
    const { text } = await ai.generateText(options);
    return text;
  });
}

export async function stream(ai, options) {
  return observe({ name: "request" }, async () => {
    let text = "";
    for await (const part of ai.streamText(options).textStream) text += part;
    return text;
  });
}
