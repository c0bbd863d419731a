// Streams that fail, and streams that are not read to the end.

export const needs = ["streams"];

async function* failing() {
  yield "a";
  throw new Error("midway");
}
async function* three() {
  yield 1;
  yield 2;
  yield 3;
}

export default async ({ Laminar, observe }) => {
  const found = { failing: [], broken: [] };
  try {
    for await (const each of observe({ name: "failing" }, failing))
      found.failing.push(each);
  } catch (error) {
    found.failing.push(error.message);
  }
  for await (const each of observe({ name: "broken off" }, three)) {
    found.broken.push(each);
    if (each === 2) break;
  }
  const stream = observe(
    { name: "erroring" },
    () =>
      new ReadableStream({
        pull(controller) {
          controller.error(new Error("stream broke"));
        },
      }),
  );
  found.erroring = await stream
    .getReader()
    .read()
    .catch((error) => error.message);
  function* counting() {
    yield 1;
    yield 2;
  }
  found.generator = [...observe({ name: "sync generator" }, counting)];
  const empty = observe({ name: "empty response" }, () => new Response(null));
  found.empty = await empty.text();
  await Laminar.flush();
  return found;
};
