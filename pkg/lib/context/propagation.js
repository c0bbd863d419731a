// Propagates a trace through requests and messages: anything that carries strings by name.

/** @import { Carrier, LaminarSpanContext } from "../../index.js" */
/** @import { Span } from "../span/span.js" */

import { activeSpan } from "./context.js";
import { idsOf, onlyIds, toSpanContext } from "./span-context.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

// The official SDK's integrations write the second one.
const LAMINAR = ["x-laminar-span-context", "x-lmnr-span-context"];
const TRACEPARENT = "traceparent";
const TRACESTATE = "tracestate";

// The tracestate member that goes with a traceparent of Laminar's, and the members that W3C allows.
const MEMBER = "lmnr=1";
const OURS = /^lmnr=/;
const VALID = /^[a-z0-9][\w\-*/@]*=[\x20-\x2b\x2d-\x3c\x3e-\x7e]+$/;
const MAX_MEMBERS = 32;
const MAX_CHARACTERS = 512;
// Longer lists are ignored: no honest caller sends them.
const MAX_READ = 8 << 10;
// Common servers refuse a request with a header line of more than 8 KiB, and all of its headers have to fit in 16.
const MAX_WRITTEN = 7 << 10;

/**
 * Writes the span context of `span` into `carrier`, `Headers` or a plain object, and returns it: a traceparent,
 * and a tracestate that marks it as Laminar's. It writes only ids, unless Laminar's own context is asked for.
 * Never throws.
 * @template {Carrier} C
 * @param {C} carrier
 * @param {{ span?: Span | undefined, laminar?: boolean | undefined }} [options]
 */
export function injectContext(carrier, options) {
  const { span = activeSpan(), laminar = false } = options ?? {};
  const context = toSpanContext(span);
  if (context === null) return carrier;
  const { traceId, spanId } = /** @type {Span} */ (span).spanContext();
  try {
    write(carrier, TRACEPARENT, `00-${traceId}-${spanId}-01`);
    write(carrier, TRACESTATE, withOurs(membersOf(carrier)));
    const text = laminar ? textOf(context) : undefined;
    if (text !== undefined) write(carrier, LAMINAR[0], text);
  } catch (error) {
    warnOnce(
      "inject",
      `injectContext could not write into its carrier: ${messageOf(error)}`,
    );
  }
  return carrier;
}

/**
 * Returns Laminar's own context as a header, with as much as fits; undefined if too little does.
 * @param {LaminarSpanContext} context
 */
function textOf(context) {
  const ids = { spanPath: undefined, spanIdsPath: undefined };
  for (const without of [{}, { metadata: {} }, { metadata: {}, ...ids }]) {
    // Header values are bytes, so the JSON is written in ASCII.
    const text = toAscii(JSON.stringify({ ...context, ...without }));
    if (text.length <= MAX_WRITTEN) return text;
    warnOnce(
      "inject size",
      "a span context is too large for a header: its metadata is left out, then its path, then all but its ids",
    );
  }
  return undefined;
}

/**
 * Returns a tracestate with Laminar's member first, then the others as far as they fit.
 * @param {string[]} members
 */
function withOurs(members) {
  let list = MEMBER;
  let count = 1;
  for (const member of members) {
    if (OURS.test(member) || count === MAX_MEMBERS) continue;
    if (list.length + 1 + member.length > MAX_CHARACTERS) continue;
    list += `,${member}`;
    count++;
  }
  return list;
}

/**
 * Returns the valid members of a carrier's tracestate.
 * @param {unknown} carrier
 */
function membersOf(carrier) {
  const list = read(carrier, TRACESTATE);
  if (list === undefined || list.length > MAX_READ) return [];
  const members = list.split(",").map((member) => member.trim());
  return members.filter((member) => VALID.test(member));
}

/**
 * Returns the span context in a request's headers or a message's body, as `parentSpanContext` takes it;
 * undefined if there is none. Laminar's own context, which sets user, session and more, is read only if the
 * caller is trusted.
 * @param {unknown} carrier
 * @param {{ trusted?: boolean | undefined }} [options]
 */
export function extractContext(carrier, options) {
  const own = options?.trusted ? ownContext(carrier) : undefined;
  if (own !== undefined) return own;
  // Laminar's own context is refused under the name of a traceparent too.
  const text = read(carrier, TRACEPARENT);
  return idsOf(text) && text;
}

/**
 * Returns in `parent` the ids of a caller that records into Laminar, as `parentSpanContext` takes them,
 * or in `stranger` the traceparent of one that may not.
 * @param {unknown} carrier
 */
export function callerOf(carrier) {
  const traceparent = extractContext(carrier);
  if (traceparent === undefined || !membersOf(carrier).some(isOurs)) {
    const parent = onlyIds(ownContext(carrier));
    return parent ? { parent } : { stranger: traceparent };
  }
  return { parent: traceparent };
}

/** @param {string} member */
function isOurs(member) {
  return OURS.test(member);
}

/** @param {unknown} carrier */
function ownContext(carrier) {
  return read(carrier, LAMINAR[0]) ?? read(carrier, LAMINAR[1]);
}

/** @type {(carrier: any, name: string, value: string) => void} */
function write(carrier, name, value) {
  if (typeof carrier?.set === "function") carrier.set(name, value);
  else carrier[name] = value;
}

/** @type {(carrier: any, name: string) => string | undefined} */
function read(carrier, name) {
  try {
    const value =
      typeof carrier?.get === "function" ? carrier.get(name) : carrier?.[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} json */
function toAscii(json) {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
