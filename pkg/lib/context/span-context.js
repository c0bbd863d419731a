// LaminarSpanContext and W3C traceparent, in and out. Incoming contexts are untrusted: their size is bounded,
// they are checked, and an invalid one begins a new trace.

/** @import { LaminarSpanContext, TracingLevel } from "../../index.js" */
/** @import { Destination } from "../core/instance.js" */
/** @import { noteRequest } from "../host/request.js" */
/** @import { Span } from "../span/span.js" */

import { Association } from "../values/association.js";
import { hex } from "../values/ids.js";
import { stricter } from "../values/level.js";
import { warnOnce } from "../host/warn.js";

const MAX_CHARACTERS = 64 << 10;
const MAX_DEPTH = 256;

// By W3C version ff and ids of zeros are invalid, and version 00 has no further parts.
const TRACEPARENT =
  /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/i;
// With dashes or without.
const UUID =
  /^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i;

/**
 * A span's name and id, and those of the spans around it.
 * @typedef {{
 *   name: string, high: number, low: number, depth: number, outer: Path | undefined
 * }} Path
 */

/**
 * What `new Span` reads of a parent: a span, or a stand-in for a remote one.
 * @typedef {{
 *   recording: boolean,
 *   destination: Destination | undefined,
 *   level: TracingLevel | undefined,
 *   trace: number[],
 *   path: Path,
 *   association: Association | undefined,
 *   isRemote?: boolean,
 *   startTime?: number,
 *   ended?: boolean | undefined,
 *   request?: ReturnType<typeof noteRequest> | undefined,
 * }} Parent
 */

/** @typedef {{ traceId: string, spanId: string }} Ids */
/** @typedef {(camel: string, snake: string) => any} Reader */

/**
 * Returns the ids of a traceparent; undefined for anything else.
 * @type {(text: string | undefined) => Ids | undefined}
 */
export function idsOf(text) {
  if (text === undefined || text.length > MAX_CHARACTERS) return undefined;
  const [, traceId, spanId] = TRACEPARENT.exec(text.trim()) ?? [];
  return /** @type {Ids | undefined} */ (traceId && { traceId, spanId });
}

/**
 * Returns a stand-in for a remote parent, from the JSON string or the object of the TypeScript or the Python
 * SDK, or from a traceparent. Returns undefined, with a warning, for anything else.
 * @param {unknown} input
 */
export function parseSpanContext(input) {
  try {
    const context =
      typeof input === "string" ? fromText(input) : fromObject(input);
    if (context !== undefined) return context;
  } catch {
    // It is not JSON, or an object that throws when it is read. Both count as invalid.
  }
  warnOnce(
    "parentSpanContext",
    "parentSpanContext is neither a Laminar span context nor a traceparent; a new trace begins",
  );
  return undefined;
}

/** @type {(text: string) => Parent | undefined} */
function fromText(text) {
  if (text.length > MAX_CHARACTERS) return undefined;
  const ids = idsOf(text);
  if (ids === undefined) return fromObject(JSON.parse(text));
  return remote(wordsOf(ids.traceId), wordsOf(ids.spanId), true);
}

/**
 * Returns the ids alone of a Laminar span context in text, as `parentSpanContext` takes them.
 * @param {string | undefined} text
 */
export function onlyIds(text) {
  // Most callers send none, and an exception costs more than a span.
  if (text === undefined) return undefined;
  try {
    if (text.length > MAX_CHARACTERS) return undefined;
    const { traceId, spanId, trace_id, span_id } = JSON.parse(text);
    const ids = { traceId: traceId ?? trace_id, spanId: spanId ?? span_id };
    return fromObject(ids) && { ...ids, isRemote: true };
  } catch {
    return undefined;
  }
}

/** @type {(input: any) => Parent | undefined} */
function fromObject(input) {
  if (typeof input !== "object" || input === null) return undefined;
  /** @type {Reader} */
  const read = (camel, snake) => input[camel] ?? input[snake] ?? undefined;
  const traceId = read("traceId", "trace_id");
  const spanId = read("spanId", "span_id");
  if (!UUID.test(traceId) || !UUID.test(spanId)) return undefined;
  const id = spanWords(spanId);
  const parent = remote(
    wordsOf(dashless(traceId)),
    id,
    read("isRemote", "is_remote") === true,
  );
  if (parent === undefined) return undefined;
  parent.path =
    pathOf(
      read("spanPath", "span_path"),
      read("spanIdsPath", "span_ids_path"),
      id,
    ) ?? parent.path;
  parent.association = associationOf(read);
  parent.level = stricter(undefined, read("tracingLevel", "tracing_level"));
  return parent;
}

/**
 * Returns a stand-in for a remote parent, as `new Span` takes it.
 * @type {(trace: number[], id: number[], isRemote: boolean) => Parent | undefined}
 */
function remote(trace, [high, low], isRemote) {
  // Ids of zeros are invalid.
  if (!trace.some(Boolean) || (high | low) === 0) return undefined;
  return {
    recording: true,
    destination: undefined,
    isRemote,
    trace,
    // @ts-expect-error Its first child gives it a name.
    path: { name: undefined, high, low, depth: 1, outer: undefined },
    association: undefined,
    level: undefined,
  };
}

/**
 * Returns both paths or neither, because the server re-parents spans by the ids and names them by the names.
 * @type {(names: unknown, ids: unknown, id: number[]) => Path | undefined}
 */
function pathOf(names, ids, [high, low]) {
  if (!Array.isArray(names) || !Array.isArray(ids)) return undefined;
  if (ids.length === 0 || ids.length !== names.length) return undefined;
  if (ids.length > MAX_DEPTH) return undefined;
  /** @type {Path | undefined} */
  let outer;
  for (let i = 0; i < ids.length; i++) {
    if (typeof names[i] !== "string" || !UUID.test(ids[i])) return undefined;
    const [idHigh, idLow] = spanWords(ids[i]);
    // An id of zeros is invalid, and would be missing from the ids only.
    if ((idHigh | idLow) === 0) return undefined;
    outer = { name: names[i], high: idHigh, low: idLow, depth: i + 1, outer };
  }
  return outer?.high === high && outer.low === low ? outer : undefined;
}

/** @param {Reader} read */
function associationOf(read) {
  /** @type {(camel: string, snake: string) => string | undefined} */
  const text = (camel, snake) => {
    const found = read(camel, snake);
    return typeof found === "string" ? found : undefined;
  };
  const association = new Association(
    text("userId", "user_id"),
    text("sessionId", "session_id"),
    text("traceType", "trace_type"),
  );
  association.addMetadata(read("metadata", "metadata"));
  return association;
}

/**
 * Returns a context in the exact form of the official TypeScript SDK; null for a span that records nothing.
 * @type {(span: Span | undefined) => LaminarSpanContext | null}
 */
export function toSpanContext(span) {
  if (span?.destination === undefined) return null;
  /** @type {string[]} */
  const names = [];
  /** @type {string[]} */
  const ids = [];
  /** @type {Path | undefined} */
  let entry = span.path;
  for (; entry !== undefined; entry = entry.outer) {
    names.unshift(entry.name);
    ids.unshift(spanUuid(entry));
  }
  const { association } = span;
  return {
    spanId: spanUuid(span.path),
    traceId: traceUuid(span),
    isRemote: false,
    spanPath: names,
    spanIdsPath: ids,
    userId: association?.userId,
    sessionId: association?.sessionId,
    metadata: association?.givenMetadata() ?? {},
    traceType: association?.traceType,
    tracingLevel: span.level,
  };
}

/**
 * Returns the trace id as Laminar's API and page write it.
 * @param {{ trace: number[] }} span
 */
export function traceUuid(span) {
  return span.trace
    .map(hex)
    .join("")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Returns a span id as Laminar writes it: a UUID whose first half is zero.
 * @param {{ high: number, low: number }} id
 */
export function spanUuid({ high, low }) {
  const digits = hex(high) + hex(low);
  return `00000000-0000-0000-${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** @param {string} uuid */
function spanWords(uuid) {
  return wordsOf(dashless(uuid).slice(16));
}

/** @param {string} uuid */
function dashless(uuid) {
  return uuid.replaceAll("-", "");
}

/** @param {string} digits */
function wordsOf(digits) {
  return /** @type {string[]} */ (digits.match(/.{8}/g)).map((word) =>
    parseInt(word, 16),
  );
}
