// Options of startSpan and observe become a span.

import {
  Attributes,
  SESSION_ID,
  SPAN_INPUT,
  SPAN_TYPE,
  TAGS,
  TRACE_TYPE,
  TRACING_LEVEL,
  USER_ID,
} from "./attributes.js";
import { fromTimeInput } from "./clock.js";
import { activeLevel, activeSpan } from "./context.js";
import { configuration } from "./configuration.js";
import { setMetadata, tagsOf } from "./parts.js";
import { Span } from "./span.js";
import { parseSpanContext } from "./span-context.js";
import { truncate } from "./truncate.js";
import { toName, toText } from "./value.js";
import { warnOnce } from "./warn.js";

/** A parent was named but not understood: better a trace of its own than a wrong one. */
const NEW_TRACE = { destination: undefined, recording: false };

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
  const named = namedParent(read);
  const inForce = configuration();
  const span = new Span(
    read.name === undefined ? name : toName(read.name),
    named ?? activeSpan(),
    {
      destination: inForce?.destination,
      startTime: fromTimeInput(read.startTime),
      level: activeLevel(named),
      mask: inForce?.mask,
    },
  );
  if (!span.recording) return span;
  associate(span, read, defaultTraceType, inForce?.metadata);
  const { association } = span;
  for (const key in association) span.put(key, association[key]);
  if (read.tags !== undefined) span.put(TAGS, tagsOf(read.tags));
  const type = read.spanType ?? defaultSpanType;
  if (type !== undefined) span.put(SPAN_TYPE, toName(type));
  if (span.level !== undefined) span.put(TRACING_LEVEL, span.level);
  return span;
}

function namedParent({ parent, parentSpanContext }) {
  if (parent instanceof Span) return parent;
  if (parentSpanContext === undefined) return undefined;
  return parseSpanContext(parentSpanContext) ?? NEW_TRACE;
}

/** One look at each option. */
class Options {
  constructor(options) {
    const { name, parent, parentSpanContext, spanType, tags } = options;
    const { userId, sessionId, metadata, traceType, startTime } = options;
    this.name = name ?? undefined;
    this.parent = parent;
    this.parentSpanContext = parentSpanContext ?? undefined;
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
  globalMetadata,
) {
  const inherited = span.association;
  // The whole trace is an evaluation or none of it is: the parent's word counts first.
  const type =
    inherited?.[TRACE_TYPE] ??
    (EVALUATION_TYPES.has(spanType)
      ? "EVALUATION"
      : (traceType ?? defaultTraceType));
  const global = inherited === undefined ? globalMetadata : undefined;
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
  const set = (key, value) => (association[key] = value);
  setMetadata(global, set);
  setMetadata(metadata, set);
  if (sessionId !== undefined) association[SESSION_ID] = toName(sessionId);
  if (userId !== undefined) association[USER_ID] = toName(userId);
  if (type !== undefined) association[TRACE_TYPE] = toName(type);
  span.association = association;
}

/** The input that startSpan records: anything but what is falsy, as the official SDK does. */
export function recordInput(span, options) {
  let input;
  try {
    input = options?.input;
  } catch {
    warnOnce("option", "the option input was left out: it could not be read");
  }
  if (input) span.put(SPAN_INPUT, truncate(toText(input)));
}
