// Runs every program on one SDK, each with a key of its own, by which the collector tells them apart.

import { programs } from "../programs/index.mjs";

/** Returns the key of a program, which stands nowhere else: a key in a span is replaced. */
export const keyOf = (program) => `the key of ${program}`;

/**
 * `sdk` is the module's namespace. Returns, by program, `{ result }`, `{ error }` or `{ missing }`: the names
 * that the program needs and the SDK lacks.
 */
export async function runAll(sdk, port) {
  const found = {};
  for (const [name, program] of inOrder()) {
    const options = {
      projectApiKey: keyOf(name),
      baseUrl: "http://127.0.0.1",
      httpPort: port,
      forceHttp: true,
      instrumentModules: {},
    };
    const own =
      typeof program.initialize === "string" || program.initialize === null;
    if (!own) sdk.Laminar.initialize({ ...options, ...program.initialize });
    found[name] = await runOne(program, sdk, options);
    if (own) continue;
    await sdk.Laminar.flush();
    await sdk.Laminar.shutdown();
  }
  return found;
}

/** Programs that run before the first initialize come first. */
function inOrder() {
  return Object.entries(programs).sort(
    ([, a], [, b]) => (b.initialize === null) - (a.initialize === null),
  );
}

async function runOne(program, sdk, options) {
  const missing = (program.needs ?? []).filter((name) => !has(sdk, name));
  if (missing.length > 0) return { missing };
  try {
    return { result: plain(await program.default(sdk, options)) };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
}

function has(sdk, name) {
  if (name === "parentSpanContext") return takesParentSpanContext(sdk);
  if (name === "streams") return waitsForStreams(sdk);
  const [owner, member] = name.split(".");
  if (owner === "span") {
    const span = sdk.Laminar.startSpan({ name: "probe" });
    // The span never ends, so it is not sent.
    return typeof span[member] === "function";
  }
  return (member ? sdk[owner][member] : sdk[owner]) !== undefined;
}

function takesParentSpanContext({ Laminar }) {
  const traceId = "11111111-1111-1111-1111-111111111111";
  const spanId = "00000000-0000-0000-1111-111111111111";
  const parentSpanContext = { traceId, spanId, isRemote: false };
  const span = Laminar.startSpan({ name: "probe", parentSpanContext });
  return span.spanContext().traceId === traceId.replaceAll("-", "");
}

/** A span that ends only with the stream that it returned. */
function waitsForStreams({ Laminar, observe }) {
  let span;
  const stream = observe({ name: "probe" }, () => {
    span = Laminar.getCurrentSpan();
    return (async function* () {})();
  });
  const waits = span.isRecording();
  // A flush would wait for it.
  stream.next();
  return waits;
}

/** Converts a result for JSON, without loss for what the programs return. */
function plain(value) {
  if (value === undefined) return "undefined";
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item)]),
  );
}
