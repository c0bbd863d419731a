// Results that look like promises, and promises with methods of their own.

class Query extends Promise {
  extra = "kept";
}

export default async ({ Laminar, observe }) => {
  const thenable = { then: (done) => done("from thenable") };
  const same = observe({ name: "thenable" }, () => thenable) === thenable;
  const awaited = await observe({ name: "awaited thenable" }, () => thenable);
  const subclass = observe({ name: "subclass" }, () => Query.resolve(3));
  const span = Laminar.startSpan({ name: "thenable in withSpan" });
  Laminar.withSpan(span, () => thenable, true);
  return { same, awaited, subclass: await subclass };
};
