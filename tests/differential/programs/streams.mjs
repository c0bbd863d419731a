// Streams: the caller gets every chunk, and the span has all of them at the end.

export const needs = ["streams"];

async function* words(...list) {
  for (const word of list) {
    await null;
    yield word;
  }
}
function readable(...list) {
  return new ReadableStream({
    start(controller) {
      for (const each of list) controller.enqueue(each);
      controller.close();
    },
  });
}
async function drain(iterable) {
  const found = [];
  for await (const each of iterable) found.push(each);
  return found;
}

export default async ({ Laminar, observe }) => {
  const found = {};
  found.iterable = await drain(
    observe({ name: "iterable" }, () => words("a", "b", "c")),
  );
  found["async iterable"] = await drain(
    await observe({ name: "async iterable" }, async () => words({ n: 1 }, 2)),
  );
  found["empty iterable"] = await drain(
    observe({ name: "empty iterable" }, () => words()),
  );
  found.readable = await drain(
    observe({ name: "readable" }, () => readable("x", "y")),
  );
  found["readable of objects"] = await drain(
    await observe({ name: "readable of objects" }, async () =>
      readable({ a: 1 }, { b: 2 }),
    ),
  );
  const response = await observe(
    { name: "response" },
    async () =>
      new Response("the body", { status: 201, headers: { "x-kept": "yes" } }),
  );
  found.response = {
    status: response.status,
    header: response.headers.get("x-kept"),
    text: await response.text(),
  };
  found.quiet = await drain(
    observe({ name: "ignored output", ignoreOutput: true }, () => words("a")),
  );
  await observe({ name: "root" }, async () => {
    found.nested = await drain(
      observe({ name: "nested stream" }, () => words("a")),
    );
    observe({ name: "after the stream" }, () => 1);
  });
  await Laminar.flush();
  return found;
};
