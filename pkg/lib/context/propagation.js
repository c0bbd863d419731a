// A trace's way into and out of requests and messages: anything that carries strings by name.

import { activeSpan } from "./context.js";
import { isTraceparent, toSpanContext } from "./span-context.js";

const LAMINAR = "x-laminar-span-context";
const TRACEPARENT = "traceparent";

/**
 * Writes the place of `span` in its trace into `carrier`, `Headers` or a plain object, and gives
 * it back. Only ids leave, unless Laminar's own context is asked for.
 */
export function injectContext(
  carrier,
  { span = activeSpan(), laminar = false } = {},
) {
  const context = toSpanContext(span);
  if (context === null) return carrier;
  const { traceId, spanId } = span.spanContext();
  write(carrier, TRACEPARENT, `00-${traceId}-${spanId}-01`);
  // ASCII, because header values are bytes.
  if (laminar) write(carrier, LAMINAR, toAscii(JSON.stringify(context)));
  return carrier;
}

/**
 * What `parentSpanContext` takes, from the headers of a request or the body of a message; undefined
 * if there is nothing. Laminar's own context, which sets user, session and more, counts only if
 * the caller is trusted.
 */
export function extractContext(carrier, { trusted = false } = {}) {
  const own = trusted ? read(carrier, LAMINAR) : undefined;
  if (own !== undefined) return own;
  // Under the name of a traceparent, too, Laminar's own context is nobody's to send.
  const ids = read(carrier, TRACEPARENT);
  return isTraceparent(ids) ? ids : undefined;
}

function write(carrier, name, value) {
  if (typeof carrier?.set === "function") carrier.set(name, value);
  else carrier[name] = value;
}

function read(carrier, name) {
  try {
    const value =
      typeof carrier?.get === "function" ? carrier.get(name) : carrier?.[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

function toAscii(json) {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
