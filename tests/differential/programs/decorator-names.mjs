// A span of a decorated method has the method's name by default.

export const needs = ["observeDecorator", "observeExperimentalDecorator"];

class Agent {
  standardMethod() {
    return 1;
  }
  legacyMethod() {
    return 2;
  }
}

export default async ({ observeDecorator, observeExperimentalDecorator }) => {
  const agent = new Agent();
  const context = { kind: "method", name: "standardMethod" };
  observeDecorator({})(Agent.prototype.standardMethod, context).call(agent);
  const descriptor = Object.getOwnPropertyDescriptor(
    Agent.prototype,
    "legacyMethod",
  );
  const decorate = observeExperimentalDecorator({});
  const changed = decorate(Agent.prototype, "legacyMethod", descriptor);
  (changed ?? descriptor).value.call(agent);
};
