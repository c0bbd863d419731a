// Removes everything random from spans and results: ids become names, and times are removed.

// Earlier times were given by the program; later ones depend on when it ran.
const GIVEN = 1_600_000_000_000n * 1_000_000n;
const ID =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{16}/g;
const FIRST_LINE = /\n[\s\S]*$/;

/**
 * Returns `{ spans: { name: span }, order, outcome }` of one program; values are plain and comparable, `order`
 * is that in which the spans arrived.
 */
export function normalise(spans, outcome) {
  const names = namesOf(sortedByName(spans));
  const named = (text) =>
    text.replace(ID, (id) => names.get(id.replaceAll("-", "")) ?? id);
  const found = {};
  for (const span of spans) found[keyFor(span, found)] = plainSpan(span, named);
  return {
    spans: found,
    order: Object.keys(found),
    outcome: deep(outcome, named),
  };
}

function sortedByName(spans) {
  return [...spans].sort((a, b) => +(a.name > b.name) - +(a.name < b.name));
}

/** Names ids by what they identify. A span id also appears padded to the length of a UUID. */
function namesOf(spans) {
  const names = new Map();
  for (const { name, spanId, traceId } of spans) {
    names.set(spanId, `<${name}>`);
    names.set(`${"0".repeat(16)}${spanId}`, `<${name}>`);
    if (!names.has(traceId)) names.set(traceId, `<trace of ${name}>`);
  }
  return names;
}

function keyFor({ name }, found) {
  if (!(name in found)) return name;
  for (let i = 2; ; i++)
    if (!(`${name} #${i}` in found)) return `${name} #${i}`;
}

function plainSpan(span, named) {
  const { name, traceId, parentSpanId, start, end, events, ...rest } = span;
  delete rest.spanId;
  return deep(
    {
      ...rest,
      name,
      trace: traceId,
      parent: parentSpanId,
      start: moment(start),
      end: moment(end),
      events: events.map((event) => ({ ...event, time: moment(event.time) })),
    },
    named,
  );
}

const moment = (time) => (time < GIVEN ? time : "when it ran");

function deep(value, named) {
  switch (typeof value) {
    case "string":
      return named(value);
    case "bigint":
      // decode.mjs gives integers as bigints, doubles as numbers.
      return `int ${value}`;
    case "number":
      return `double ${Object.is(value, -0) ? "-0" : value}`;
    case "object":
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (value instanceof Uint8Array)
    return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map((item) => deep(item, named));
  const copy = {};
  for (const [key, item] of Object.entries(value)) {
    const text = key === "exception.stacktrace" && typeof item === "string";
    // Below its first line a stack names the files of the SDK.
    copy[key] = deep(text ? item.replace(FIRST_LINE, "") : item, named);
  }
  return copy;
}
