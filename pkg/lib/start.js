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

/**
 * A new span under `options.parent` or the active one; never throws. The defaults are what
 * startSpan and observe write when the options are silent.
 */
export function startFrom(options, name, defaultSpanType, defaultTraceType) {
  let read;
  try {
    read = new Options(options);
  } catch {
    read = readOneByOne(options);
  }
  const parent = read.parent instanceof Span ? read.parent : activeSpan();
  const span = new Span(
    read.name === undefined ? name : toName(read.name),
    parent,
    currentDestination(),
    fromTimeInput(read.startTime),
  );
  if (!span.recording) return span;
  associate(span, read, defaultTraceType);
  const { association } = span;
  for (const key in association) span.put(key, association[key]);
  if (read.tags !== undefined) span.put(TAGS, tagsOf(read.tags));
  const type = read.spanType ?? defaultSpanType;
  if (type !== undefined) span.put(SPAN_TYPE, toName(type));
  return span;
}

/** One look at each option. */
class Options {
  constructor(options) {
    const { name, parent, spanType, tags } = options;
    const { userId, sessionId, metadata, traceType, startTime } = options;
    this.name = name ?? undefined;
    this.parent = parent;
    this.spanType = spanType ?? undefined;
    this.tags = tags ?? undefined;
    this.userId = userId ?? undefined;
    this.sessionId = sessionId ?? undefined;
    this.metadata = metadata ?? undefined;
    this.traceType = traceType ?? undefined;
    this.startTime = startTime;
  }
}

/** For options that throw: the getter that does loses its option and nothing else. */
function readOneByOne(options) {
  const copy = {};
  for (const key of Object.keys(new Options({}))) {
    try {
      copy[key] = options?.[key];
    } catch {
      warnOnce(
        "option",
        `the option ${key} was left out: it could not be read`,
      );
    }
  }
  return new Options(copy);
}

/** What the span's children inherit. Shared with the parent's as long as nothing is added. */
function associate(
  span,
  { sessionId, userId, metadata, traceType, spanType },
  defaultTraceType,
) {
  const inherited = span.association;
  // The whole trace is an evaluation or none of it is: the parent's word counts first.
  const type =
    inherited?.[TRACE_TYPE] ??
    (EVALUATION_TYPES.has(spanType)
      ? "EVALUATION"
      : (traceType ?? defaultTraceType));
  const global = inherited === undefined ? globalMetadata() : undefined;
  if (
    type === inherited?.[TRACE_TYPE] &&
    sessionId === undefined &&
    userId === undefined &&
    metadata === undefined &&
    global === undefined
  ) {
    return;
  }
  const association = Object.assign(new Attributes(), inherited);
  addMetadata(association, global);
  addMetadata(association, metadata);
  if (sessionId !== undefined) association[SESSION_ID] = toName(sessionId);
  if (userId !== undefined) association[USER_ID] = toName(userId);
  if (type !== undefined) association[TRACE_TYPE] = toName(type);
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

/** The input that startSpan records: anything but what is falsy, as the official SDK does. */
export function recordInput(span, options) {
  let input;
  try {
    input = options?.input;
  } catch {
    warnOnce("option", "the option input was left out: it could not be read");
  }
  if (input) span.put(SPAN_INPUT, toText(input));
}
