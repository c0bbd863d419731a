// The span that users hold. It collects plain values, which are encoded when it ends.

import { STATUS_ERROR, STATUS_OK } from "../values/otel.js";
import {
  SESSION_ID,
  SPAN_INPUT,
  SPAN_OUTPUT,
  TAGS,
  USER_ID,
} from "../values/attributes.js";
import { readMetadata } from "../values/association.js";
import { checkClock, fromTimeInput, now } from "../context/clock.js";
import { deactivate } from "../context/context.js";
import { hex, randomWord } from "../values/ids.js";
import { TracingLevel } from "../values/level.js";
import { allowed, attributesOf, find, readInto } from "../record/pairs.js";
import { exceptionAttributes, linksTo, tagsOf } from "../record/parts.js";
import { spanBegan, spanEnded } from "../record/open.js";
import { record } from "../record/record.js";
import { spanUuid, toSpanContext, traceUuid } from "../context/span-context.js";
import { truncate } from "../record/truncate.js";
import { toAttribute, toName, toText } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { countOthers, EXEMPT, isLaminars, WRITTEN } from "./keys.js";
/** @import * as Public from "../../index.js" */
/** @import { Parent } from "../context/span-context.js" */
/** @import { Scope } from "../context/context.js" */
/** @import { Event, Link, Pairs, Value } from "../record/pairs.js" */

const DEFAULT_MAX_ATTRIBUTES = 1024;
const MAX_EVENTS = 128;
// From this many entries on, keys are found by an index and not by a search.
const MANY = 64;

const NO_TRACE = [0, 0, 0, 0];

export class Span {
  /**
   * `parent` is a span, a stand-in for a remote one, or undefined. Nothing is recorded with the level OFF, or
   * if neither the span nor its parent has a destination.
   * @param {string} name
   * @param {Parent | undefined} parent
   * @param {Parent["destination"]} destination
   * @param {number | undefined} startTime
   * @param {Parent["level"]} level
   * @param {Public.InitializeOptions["mask"]} mask
   * @param {number | undefined} max
   */
  constructor(name, parent, destination, startTime, level, mask, max) {
    this.name = name;
    this.level = level;
    this.mask = mask;
    this.maxPairs = 2 * (max ?? DEFAULT_MAX_ATTRIBUTES);
    this.destination =
      level === TracingLevel.OFF
        ? undefined
        : (parent?.destination ?? destination);
    this.recording = this.destination !== undefined;
    this.kind = 0;
    this.statusCode = 0;
    this.statusMessage = "";
    // Attributes from the span's options come first; all of these have keys of Laminar's.
    this.pairs = /** @type {Pairs} */ ([]);
    this.given = 0;
    this.index = /** @type {Map<string, number> | undefined} */ (undefined);
    this.input = /** @type {Value} */ (undefined);
    this.output = /** @type {Value} */ (undefined);
    this.others = -1;
    this.droppedAttributes = 0;
    this.droppedEvents = 0;
    this.events = /** @type {Event[] | undefined} */ (undefined);
    this.links = /** @type {Link[] | undefined} */ (undefined);
    this.association = parent?.association;
    this.remoteParent = parent?.isRemote === true;
    this.endTime = 0;
    this.ended = /** @type {boolean | undefined} */ (undefined);
    this.holder = /** @type {Scope | undefined} */ (undefined);
    this.request = /** @type {Parent["request"]} */ (undefined);
    if (!this.recording) {
      this.trace = NO_TRACE;
      this.path = { name, high: 0, low: 0, depth: 0, outer: undefined };
      this.parentHigh = 0;
      this.parentLow = 0;
      this.startTime = 0;
      return;
    }
    const outer = parent?.recording || parent?.ended ? parent.path : undefined;
    // Some parents have only ids. The server needs a name for each, so these get that of their first child.
    if (outer !== undefined) outer.name ??= name;
    this.trace = outer
      ? /** @type {Parent} */ (parent).trace
      : [randomWord(), randomWord(), randomWord(), randomWord()];
    this.parentHigh = outer ? outer.high : 0;
    this.parentLow = outer ? outer.low : 0;
    this.path = {
      name,
      high: randomWord(),
      low: randomWord(),
      depth: outer ? outer.depth + 1 : 1,
      outer,
    };
    this.ended = false;
    spanBegan(this, parent);
    // A stand-in for a remote parent has no start time.
    const earliest = outer && /** @type {any} */ (parent).startTime;
    if (earliest === undefined) checkClock();
    this.startTime = startTime ?? now();
    // A clock that was set back must not put a span before its parent.
    if (startTime === undefined && this.startTime < earliest)
      this.startTime = earliest;
  }

  isRecording() {
    return this.recording;
  }

  spanContext() {
    return {
      traceId: this.trace.map(hex).join(""),
      spanId: hex(this.path.high) + hex(this.path.low),
      traceFlags: this.destination === undefined ? 0 : 1,
    };
  }

  setAttribute(/** @type {string} */ key, /** @type {unknown} */ value) {
    const name = toName(key);
    if (this.recording && name !== "") this.put(name, toAttribute(value));
    return this;
  }

  setAttributes(/** @type {Public.Attributes} */ attributes) {
    if (!this.recording) return this;
    const read = /** @type {Pairs} */ ([]);
    try {
      readInto(read, attributes);
    } catch {
      warnOnce(
        "attributes",
        "attributes were left out: they could not be read",
      );
    }
    if (this.takes(read)) {
      if (this.pairs.length === 0) this.pairs = read;
      else for (const each of read) this.pairs.push(each);
    } else {
      for (let i = 0; i < read.length; i += 2) this.put(read[i], read[i + 1]);
    }
    return this;
  }

  setInput(/** @type {unknown} */ input) {
    if (this.recording && input !== undefined)
      this.put(SPAN_INPUT, truncate(toText(input), this));
    return this;
  }

  setOutput(/** @type {unknown} */ output) {
    if (this.recording && output !== undefined)
      this.put(SPAN_OUTPUT, truncate(toText(output), this));
    return this;
  }

  /** @type {(name: string, attributesOrTime?: unknown, time?: unknown) => this} */
  addEvent(name, attributesOrTime, time) {
    if (!this.recording) return this;
    if (this.events && this.events.length >= MAX_EVENTS) {
      // The oldest event is dropped, as in OpenTelemetry, because the exception that ends a span comes last.
      this.events.shift();
      this.droppedEvents++;
    }
    const when =
      fromTimeInput(attributesOrTime) ?? fromTimeInput(time) ?? now();
    const pairs = attributesOf(attributesOrTime, this);
    (this.events ??= []).push({ name: toName(name), time: when, pairs });
    return this;
  }

  /**
   * Records an exception, by which Laminar shows the span as failed. The status is left to the caller.
   * @type {(exception: unknown, time?: unknown) => this}
   */
  recordException(exception, time) {
    return this.addEvent("exception", exceptionAttributes(exception), time);
  }

  /** Sets the status by OpenTelemetry's rules: OK is final, and unset is ignored. */
  setStatus(/** @type {Public.SpanStatus} */ status) {
    if (!this.recording || this.statusCode === STATUS_OK) return this;
    try {
      const { code, message } = status;
      if (code !== STATUS_OK && code !== STATUS_ERROR) return this;
      this.statusCode = code;
      this.statusMessage =
        code === STATUS_ERROR && typeof message === "string" ? message : "";
    } catch {
      warnOnce("status", "a status was left out: it could not be read");
    }
    return this;
  }

  updateName(/** @type {string} */ name) {
    if (this.recording) this.name = toName(name);
    return this;
  }

  /** @param {unknown} [endTime] */
  end(endTime) {
    if (!this.recording) {
      if (this.ended)
        warnOnce(
          "end",
          "a span was ended twice; the second end changes nothing",
        );
      return;
    }
    this.recording = false;
    this.ended = true;
    spanEnded(this);
    if (this.holder !== undefined) deactivate(this);
    const called = now();
    const time =
      endTime === undefined ? called : (fromTimeInput(endTime) ?? called);
    // A clock that was set back must not make a negative duration.
    this.endTime = time > 0 && time < this.startTime ? this.startTime : time;
    record(this);
  }

  addLink(/** @type {Public.Link} */ link) {
    return this.addLinks([link]);
  }

  addLinks(/** @type {Public.Link[]} */ links) {
    if (this.recording)
      for (const found of linksTo(links)) (this.links ??= []).push(found);
    return this;
  }

  setTags(/** @type {string[]} */ tags) {
    if (this.recording) this.put(TAGS, tagsOf(tags));
    return this;
  }

  addTags(/** @type {string[]} */ tags) {
    if (!this.recording) return this;
    const more = tagsOf(tags) ?? [];
    const known = this.get(TAGS) ?? [];
    this.put(TAGS, [...new Set([...known, ...more])]);
    return this;
  }

  setTraceSessionId(/** @type {string} */ sessionId) {
    return this.setAttribute(SESSION_ID, sessionId);
  }

  setTraceUserId(/** @type {string} */ userId) {
    return this.setAttribute(USER_ID, userId);
  }

  setTraceMetadata(/** @type {Record<string, any>} */ metadata) {
    if (this.recording) readMetadata(metadata, { set: this.put.bind(this) });
    return this;
  }

  getLaminarSpanContext() {
    return toSpanContext(this);
  }

  spanId(format = "otel") {
    return format === "uuid" ? spanUuid(this.path) : this.spanContext().spanId;
  }

  traceId(format = "otel") {
    return format === "uuid" ? traceUuid(this) : this.spanContext().traceId;
  }

  /** Sets an attribute whose value is known to be valid; undefined changes nothing. */
  put(/** @type {string} */ key, /** @type {Value} */ value) {
    if (value !== undefined) value = allowed(key, value, this.level, this.mask);
    if (value === undefined) return;
    // Options only give keys of Laminar's, so other keys are searched for behind those.
    const ours = isLaminars(key);
    if (ours) {
      if (key === SPAN_INPUT) this.input = value;
      else if (key === SPAN_OUTPUT) this.output = value;
      if (key === SPAN_INPUT || key === SPAN_OUTPUT || WRITTEN.has(key)) return;
    }
    const { pairs } = this;
    const at = this.find(key, ours ? 0 : this.given);
    if (at >= 0) {
      pairs[at + 1] = value;
    } else if (pairs.length >= this.maxPairs && !this.admits(key)) {
      this.droppedAttributes++;
    } else {
      this.index?.set(key, pairs.length);
      pairs.push(key, value);
    }
  }

  /** Adds an attribute from the span's options. Its key is Laminar's, and is added only once. */
  begin(/** @type {string} */ key, /** @type {Value} */ value) {
    if (value === undefined) return;
    if (this.level !== undefined || this.mask !== undefined)
      value = allowed(key, value, this.level, this.mask);
    if (value === undefined) return;
    this.pairs.push(key, value);
    this.given = this.pairs.length;
  }

  /** Returns the value of an attribute other than input and output. */
  get(/** @type {string} */ key) {
    const at = this.find(key, 0);
    return at < 0 ? undefined : this.pairs[at + 1];
  }

  find(/** @type {string} */ key, /** @type {number} */ from) {
    const { pairs } = this;
    if (pairs.length - from < MANY) return find(pairs, key, from);
    if (this.index === undefined) {
      this.index = new Map();
      for (let i = 0; i < pairs.length; i += 2) this.index.set(pairs[i], i);
    }
    return this.index.get(key) ?? -1;
  }

  /** Returns whether these can be added unchecked: no level or mask, no replaced key, and all fit. */
  takes(/** @type {Pairs} */ read) {
    const { pairs } = this;
    if (pairs.length > this.given) return false;
    if (this.level !== undefined || this.mask !== undefined) return false;
    for (let i = 0; i < read.length; i += 2)
      if (isLaminars(read[i])) return false;
    return pairs.length + read.length <= this.maxPairs;
  }

  /** Returns whether one more key fits. Exempt keys are told apart only at the limit. */
  admits(/** @type {string} */ key) {
    if (EXEMPT.test(key)) return true;
    if (this.others < 0) this.others = countOthers(this.pairs);
    if (2 * this.others >= this.maxPairs) return false;
    this.others++;
    return true;
  }
}
