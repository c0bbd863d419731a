// Starts spans from the options of startSpan and observe.

import { Association, associate } from "../values/association.js";
import {
  SPAN_INPUT,
  SPAN_TYPE,
  TAGS,
  TRACING_LEVEL,
} from "../values/attributes.js";
import { fromTimeInput } from "../context/clock.js";
import { levelIn, scope, spanIn } from "../context/context.js";
import { configuration, warnOfOthers } from "../options/configuration.js";
import { debug } from "../host/debug.js";
import { tagsOf } from "../record/parts.js";
import { brand, isForeignSpan, isSpan } from "./brand.js";
import { Span } from "./span.js";
import { parseSpanContext } from "../context/span-context.js";
import { truncate } from "../record/truncate.js";
import { stricter } from "../values/level.js";
import { toName, toText } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @import * as Public from "../../index.js" */
/** @import { Parent } from "../context/span-context.js" */

brand(Span);

/** The parent of spans whose given parent is invalid: a new trace is better than a wrong one. */
const NEW_TRACE = /** @type {Parent} */ ({
  destination: undefined,
  recording: false,
});

// The association of most spans of `observe`, which share this object.
const DEFAULT = new Association(undefined, undefined, "DEFAULT");

const EVALUATION_TYPES = new Set(["EVALUATION", "EXECUTOR", "EVALUATOR"]);

/**
 * Starts a span below `options.parent` or the active one; never throws. The defaults apply where the options
 * have no value.
 * @param {Partial<Public.StartSpanOptions>} options
 * @param {string | undefined} name
 * @param {string} [defaultSpanType]
 * @param {string} [defaultTraceType]
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
  const around = scope();
  const active = spanIn(around);
  const span = new Span(
    toName(read.name ?? name ?? ""),
    named ?? active,
    inForce?.destination,
    fromTimeInput(read.startTime),
    levelIn(around, named),
    inForce?.mask,
    inForce?.maxAttributes,
  );
  if (!span.recording) {
    if (inForce === undefined) warnOfOthers();
    debug(`the span ${span.name} is not recorded`, {
      initialized: inForce !== undefined,
      level: span.level,
    });
    return span;
  }
  const remote =
    named === undefined || named === NEW_TRACE || isSpan(named)
      ? undefined
      : named;
  const inherited = remote ? active?.association : span.association;
  span.association = associationOf(
    read,
    defaultTraceType,
    inForce?.metadata,
    inherited,
    remote?.association,
  );
  if (span.association !== undefined) associate(span, span.association);
  if (read.tags !== undefined) span.begin(TAGS, tagsOf(read.tags));
  const type = read.spanType ?? defaultSpanType;
  if (type !== undefined) span.begin(SPAN_TYPE, toName(type));
  if (span.level !== undefined) span.begin(TRACING_LEVEL, span.level);
  return span;
}

/** @type {(options: Options) => Parent | undefined} */
function namedParent({ parent, parentSpanContext }) {
  if (parent !== undefined) {
    if (isSpan(parent)) return parent;
    if (isForeignSpan(parent)) return fromForeign(parent);
  }
  if (parentSpanContext === undefined) return undefined;
  return parseSpanContext(parentSpanContext) ?? NEW_TRACE;
}

/**
 * Returns a stand-in for a span of another form, made from its public span context; with its level, if it
 * records nothing.
 * @type {(span: Public.Span & { level?: Public.TracingLevel }) => Parent}
 */
function fromForeign(span) {
  try {
    const context = span.getLaminarSpanContext();
    if (context !== null) return parseSpanContext(context) ?? NEW_TRACE;
    return { ...NEW_TRACE, level: stricter(undefined, span.level) };
  } catch {
    return NEW_TRACE;
  }
}

/** Reads each option once. */
class Options {
  constructor(/** @type {any} */ options) {
    const { name, parent, parentSpanContext, spanType, tags } = options;
    const { userId, sessionId, metadata, traceType, startTime } = options;
    this.name = name ?? undefined;
    this.parent = parent;
    this.parentSpanContext = parentSpanContext ?? undefined;
    this.spanType = spanType ?? undefined;
    this.tags = tags ?? undefined;
    // An empty string counts as none.
    this.userId = userId || undefined;
    this.sessionId = sessionId || undefined;
    this.metadata = metadata ?? undefined;
    this.traceType = traceType ?? undefined;
    this.startTime = startTime;
  }
}

/**
 * Reads options of which some throw. Only those that throw are left out.
 * @param {object} options
 */
function readOneByOne(options) {
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const key of Object.keys(new Options({})))
    copy[key] = optionOf(options, key);
  return new Options(copy);
}

/**
 * Returns an option; undefined if it cannot be read.
 * @type {(options: any, key: string) => any}
 */
export function optionOf(options, key) {
  try {
    return options?.[key];
  } catch {
    warnOnce("option", `the option ${key} was left out: it could not be read`);
    return undefined;
  }
}

/**
 * Returns the association properties that the span's children inherit: global metadata, those of the active
 * span, those of a remote parent, and its own options; later ones replace earlier ones. A span that adds
 * nothing shares its parent's object.
 * @param {Options} read
 * @param {string | undefined} defaultTraceType
 * @param {Record<string, any> | undefined} global
 * @param {Association | undefined} around
 * @param {Association | undefined} elsewhere
 */
function associationOf(read, defaultTraceType, global, around, elsewhere) {
  const { sessionId, userId, metadata } = read;
  const type = traceTypeOf(read, defaultTraceType, around, elsewhere);
  const alone = around === undefined ? global : undefined;
  const adds =
    elsewhere !== undefined ||
    sessionId !== undefined ||
    userId !== undefined ||
    metadata !== undefined ||
    alone !== undefined;
  if (!adds && type === around?.traceType) return around;
  if (!adds && around === undefined && type === DEFAULT.traceType)
    return DEFAULT;
  const association = new Association();
  association.addMetadata(alone);
  association.add(around);
  association.add(elsewhere);
  association.addMetadata(metadata);
  if (sessionId !== undefined) association.sessionId = toName(sessionId);
  if (userId !== undefined) association.userId = toName(userId);
  association.traceType = type === undefined ? undefined : toName(type);
  return association;
}

/**
 * Returns the trace type, chosen in the official SDK's order. Only observe, which has a default, reads the
 * option `traceType`.
 * @param {Options} read
 * @param {string | undefined} fallback
 * @param {Association | undefined} around
 * @param {Association | undefined} elsewhere
 */
function traceTypeOf({ spanType, traceType }, fallback, around, elsewhere) {
  const observed = fallback !== undefined;
  const evaluates = observed
    ? EVALUATION_TYPES.has(spanType)
    : spanType === "EVALUATION";
  return (
    (observed ? traceType : undefined) ??
    elsewhere?.traceType ??
    (evaluates ? "EVALUATION" : around?.traceType) ??
    fallback
  );
}

/**
 * Records the input of startSpan. Falsy inputs are left out, as in the official SDK.
 * @type {(span: Span, options: unknown) => void}
 */
export function recordInput(span, options) {
  const input = optionOf(options, "input");
  if (input) span.put(SPAN_INPUT, truncate(toText(input), span));
}
