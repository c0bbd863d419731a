// laminar-edge/llm: a wrapped client keeps its type, and Laminar has more once the entry is imported.

import { instrument, Laminar, type Span } from "laminar-edge";
import {
  instrumentFetch,
  tracedFetch,
  wrapAnthropic,
  wrapClient,
  wrapGoogleGenAI,
  wrapOpenAI,
  wrapWorkersAI,
  type LLMCallOptions,
  type LLMOptions,
} from "laminar-edge/llm";
import { assertType, type Equals } from "./equals.js";

declare const span: Span;

class Client {
  #secret = 1;
  get secret() {
    return this.#secret;
  }
}
const client = new Client();
assertType<Equals<ReturnType<typeof wrapOpenAI<Client>>, Client>>();
const wrapped = [wrapOpenAI, wrapAnthropic, wrapClient, wrapGoogleGenAI].map(
  (wrap) => wrap(client, { recordInputs: false }),
);
assertType<Equals<typeof wrapped, Client[]>>();

const all: LLMOptions = {
  recordInputs: true,
  recordOutputs: undefined,
  mediaLimitBytes: 0,
  includeUsage: true,
  providers: { "llm.example.com": "openai" },
  provider: "mine",
  name: "name",
  parent: span,
  tags: ["tag"],
  metadata: { a: 1 },
};
tracedFetch(all);
tracedFetch();
const restore = instrumentFetch(all);
assertType<Equals<typeof restore, () => void>>();

const here: LLMCallOptions = {
  name: "n",
  parent: span,
  tags: [],
  metadata: {},
};
const result = Laminar.withLLMOptions(here, async () => 1);
assertType<Equals<typeof result, Promise<number>>>();
// @ts-expect-error: only a wrapper takes this option.
Laminar.withLLMOptions({ recordInputs: false }, () => 1);

declare const ai: {
  run(model: string, inputs: object): Promise<object>;
  own: 1;
};
const binding = wrapWorkersAI(ai);
assertType<Equals<typeof binding, typeof ai>>();
// @ts-expect-error: this is no binding.
wrapWorkersAI({});

instrument({ async scheduled() {} }, { llm: true });
instrument({ async scheduled() {} }, { llm: all });
