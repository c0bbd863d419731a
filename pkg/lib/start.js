// Options of startSpan and observe become a span.

import {
  METADATA,
  SESSION_ID,
  SPAN_INPUT,
  SPAN_TYPE,
  TAGS,
  TRACE_TYPE,
  USER_ID,
} from "./attributes.js";
import { fromTimeInput } from "./clock.js";
import { activeSpan } from "./context.js";
import { currentDestination, globalMetadata } from "./configuration.js";
import { Attributes, Span } from "./span.js";
import { toAttribute, toMetadata, toName, toText } from "./value.js";
import { warnOnce } from "./warn.js";

const EVALUATION_TYPES = new Set(["EVALUATION", "EXECUTOR", "EVALUATOR"]);

/** A new span under `options.parent` or the active one; never throws. */
export function startFrom(options, name) {
  const read = readOptions(options);
  const parent = read.parent instanceof Span ? read.parent : activeSpan();
  const span = new Span(
    name,
    parent,
    currentDestination(),
    fromTimeInput(read.startTime),
  );
  if (!span.recording) return span;
  associate(span, read);
  for (const key in span.association)
    span.attributes[key] = span.association[key];
  if (read.tags !== undefined) span.put(TAGS, tagsOf(read.tags));
  if (read.spanType !== undefined) span.put(SPAN_TYPE, toName(read.spanType));
  return span;
}

/** What the span's children inherit. Shared with the parent's as long as nothing is added. */
function associate(span, { sessionId, userId, metadata, traceType, spanType }) {
  const global = span.association === undefined ? globalMetadata() : undefined;
  const type = EVALUATION_TYPES.has(spanType) ? "EVALUATION" : traceType;
  const nothing =
    sessionId === undefined && userId === undefined && metadata === undefined;
  if (span.association !== undefined && nothing && type === undefined) return;
  const association = Object.assign(new Attributes(), span.association);
  addMetadata(association, global);
  addMetadata(association, metadata);
  if (sessionId !== undefined) association[SESSION_ID] = toName(sessionId);
  if (userId !== undefined) association[USER_ID] = toName(userId);
  if (type !== undefined) association[TRACE_TYPE] = toName(type);
  association[TRACE_TYPE] ??= "DEFAULT";
  span.association = association;
}

function addMetadata(association, metadata) {
  if (typeof metadata !== "object" || metadata === null) return;
  try {
    for (const key of Object.keys(metadata)) {
      const value = toMetadata(metadata[key]);
      if (value !== undefined) association[METADATA + key] = value;
    }
  } catch {
    warnOnce("metadata", "metadata was left out: it could not be read");
  }
}

function tagsOf(tags) {
  const found = toAttribute(tags);
  return Array.isArray(found) ? [...new Set(found.map(toName))] : undefined;
}

/** One look at each option: a getter that throws loses that option and nothing else. */
function readOptions(options) {
  const read = {};
  for (const key of [
    "parent",
    "spanType",
    "tags",
    "userId",
    "sessionId",
    "metadata",
    "traceType",
    "startTime",
  ]) {
    try {
      const value = options?.[key];
      if (value !== undefined && value !== null) read[key] = value;
    } catch {
      warnOnce(
        "option",
        `the option ${key} was left out: it could not be read`,
      );
    }
  }
  return read;
}

/** The input that startSpan records: anything but what is falsy, as the official SDK does. */
export function recordInput(span, input) {
  if (input) span.put(SPAN_INPUT, toText(input));
}
