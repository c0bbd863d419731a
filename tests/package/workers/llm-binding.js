// A stand-in for the binding of Workers AI, whose methods work only on the binding itself.

const chunks = [
  '{"response":"be"}',
  '{"response":"cause"}',
  '{"response":"","usage":{"prompt_tokens":8,"completion_tokens":4,"total_tokens":12}}',
  "[DONE]",
];

const encoder = new TextEncoder();

function streamOf(texts) {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
}

export class Ai {
  #fetcher;
  aiGatewayLogId = "log";

  constructor(env) {
    this.#fetcher = env;
  }

  async run(model, inputs, options = {}) {
    if (this.#fetcher === undefined) throw new TypeError("Illegal invocation");
    if (inputs.fail)
      throw Object.assign(new Error("5007: No such model"), {
        name: "AiError",
      });
    if (options.returnRawResponse) return Response.json({ response: "raw" });
    if (inputs.stream)
      return streamOf(chunks.map((each) => `data: ${each}\n\n`));
    if (model.includes("flux")) return streamOf(["picture"]);
    if (model.includes("bge")) return { shape: [1, 2], data: [[0.25, 0.5]] };
    return {
      response: "because",
      usage: { prompt_tokens: 8, completion_tokens: 4, total_tokens: 12 },
    };
  }

  gateway(id) {
    const fetcher = this.#fetcher;
    return new (class AiGateway {
      #id = id;
      async run(entries) {
        if (this.#id === undefined || fetcher === undefined)
          throw new TypeError("Illegal invocation");
        return Response.json(
          {
            id: "c1",
            model: "m-1",
            choices: [
              {
                index: 0,
                message: { role: "assistant", content: "gate" },
                finish_reason: "stop",
              },
            ],
          },
          { headers: { "cf-aig-step": String(entries.length - 1) } },
        );
      }
    })();
  }

  async models() {
    return this.#fetcher === undefined ? "Illegal invocation" : "models";
  }
}
