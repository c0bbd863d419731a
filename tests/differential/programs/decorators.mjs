// Both decorators, applied by hand as a compiler would.

import { outcome } from "../support/outcome.mjs";

export const needs = ["observeDecorator", "observeExperimentalDecorator"];

class Agent {
  constructor(name) {
    this.name = name;
  }
  greet(whom) {
    return `${this.name} greets ${whom}`;
  }
  async ask(question) {
    return { question, by: this.name };
  }
  fail() {
    throw new Error("failed");
  }
}

const standard = (decorate, config, method) =>
  decorate(config)(Agent.prototype[method], {
    kind: "method",
    name: method,
    static: false,
    private: false,
  });

function legacy(decorate, config, method) {
  const descriptor = Object.getOwnPropertyDescriptor(Agent.prototype, method);
  const changed = decorate(config)(Agent.prototype, method, descriptor);
  return (changed ?? descriptor).value;
}

export default async (sdk) => {
  const found = {};
  const agent = new Agent("Ada");
  for (const [kind, apply, decorate] of [
    ["standard", standard, sdk.observeDecorator],
    ["legacy", legacy, sdk.observeExperimentalDecorator],
  ]) {
    const call = (config, method, ...args) =>
      apply(decorate, config, method).apply(agent, args);
    found[kind] = call({ name: `${kind} greet` }, "greet", "Bob");
    found[`${kind} async`] = await call({ name: `${kind} ask` }, "ask", "why");
    found[`${kind} throws`] = outcome(() =>
      call({ name: `${kind} fail` }, "fail"),
    );
    call(
      (self, whom) => ({
        name: `${kind} by function for ${self.name} and ${whom}`,
        userId: self.name,
      }),
      "greet",
      "Bob",
    );
    call(
      { name: `${kind} quiet`, ignoreInput: true, ignoreOutput: true },
      "greet",
      "Bob",
    );
  }
  found["not a method"] = outcome(() =>
    sdk.observeDecorator({})(class {}, { kind: "class", name: "X" }),
  );
  return found;
};
