// One LLM call: its span, and what reads its bodies. An error here never breaks the call itself.

import { KIND_CLIENT, STATUS_ERROR } from "../values/otel.js";
import { now } from "../context/clock.js";
import { activeSpan, levelIn, scope } from "../context/context.js";
import { configuration } from "../options/configuration.js";
import { unlessBelow } from "../otel/parent.js";
import { INCOMPLETE } from "../observe/observe.js";
import { spanEnded } from "../record/open.js";
import { startFrom } from "../span/start.js";
import { TracingLevel } from "../values/level.js";
import { isCounted, noteCounted } from "./counted.js";
import { engineLoading, openReader } from "./engine.js";
import { exceptionOf } from "./failure.js";
import * as formats from "./formats.js";
import { optionsHere } from "./options.js";
import { SpanLimit } from "./span-limit.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("./engine.js").Reader} Reader */
/** @typedef {import("./engine.js").Read} Read */
/** @typedef {import("./match.js").Target} Target */
/** @typedef {import("./options.js").Options} Options */

// How a call ended, as the engine knows it.
export const COMPLETE = 0;
export const CANCELLED = 1;
export const FAILED = 2;
export const CUT = 3;
export const UNREAD = 4;

const RECORD_INPUTS = 1;
const RECORD_OUTPUTS = 2;
const KNOWN_HOST = 4;
const STREAMS = 8;

const FIRST_DATA = 1;
const FIRST_TOKEN = 2;
const END_MARK = 4;
const ERROR_TOLD = 8;

const FIRST = "gen_ai.response.time_to_first_";

/** Span names of formats that are not chats. @type {Record<number, string>} */
const OPERATIONS = {
  [formats.OPENAI_COMPLETIONS]: "text_completion",
  [formats.OPENAI_EMBEDDINGS]: "embeddings",
  [formats.GEMINI]: "generate_content",
  [formats.GEMINI_EMBEDDINGS]: "embeddings",
};

/**
 * Begins the span of a call, and returns the call; undefined if it has no span. `body` is the request's, if it
 * could be read.
 * @param {Target} target
 * @param {Options} options
 * @param {Uint8Array} [body]
 */
export function beginCall(target, options, body) {
  if (!isListening() || isCounted()) return undefined;
  const startTime = now();
  const reader = openFor(target, options);
  const read = body && reader?.request(body);
  // The body decides if it could be read, and the host otherwise.
  if (!(read?.isCall ?? target.known)) return reader?.close();
  const span = startSpan(options, read?.name ?? nameOf(target), startTime);
  if (!span.recording) return reader?.close();
  return new Call({ span, target, options, reader, read, body });
}

/** Returns whether a span that starts here would be recorded; this is a quick check. */
function isListening() {
  if (configuration() === undefined && activeSpan() === undefined) return false;
  return levelIn(scope(), undefined) !== TracingLevel.OFF;
}

/** Opens the reader of a call. @param {Target} target @param {Options} options */
export function openFor({ format, system, model, known, streams }, options) {
  const flags =
    (options.recordInputs ? RECORD_INPUTS : 0) +
    (options.recordOutputs ? RECORD_OUTPUTS : 0) +
    (known ? KNOWN_HOST : 0) +
    (streams ? STREAMS : 0);
  return openReader(format, system, model, flags, options.mediaLimitBytes);
}

/** @param {Target} target */
function nameOf({ format, model, streams }) {
  const name = OPERATIONS[format] ?? "chat";
  if (format === formats.GEMINI)
    return `gemini.${name}${streams ? "_stream" : ""}`;
  return model === "" ? name : `${name} ${model}`;
}

/** @param {Options} options @param {string} name @param {number} startTime */
function startSpan(options, name, startTime) {
  const here = optionsHere();
  const span = startFrom(
    {
      name: here?.name ?? options.name ?? name,
      spanType: "LLM",
      startTime,
      tags: here?.tags ?? options.tags,
      metadata: here?.metadata ?? options.metadata,
      ...(unlessBelow(here?.parent) ??
        (activeSpan() ? undefined : { parent: options.parent })),
    },
    "",
  );
  span.kind = KIND_CLIENT;
  if (span.recording) noteCounted(span);
  return span;
}

export class Call {
  /**
   * @param {{
   *   span: Span, target: Target, options: Options, reader: Reader | undefined, read: Read | undefined,
   *   body: Uint8Array | undefined,
   * }} parts
   */
  constructor({ span, target, options, reader, read, body }) {
    this.span = span;
    this.limit = new SpanLimit();
    /** @type {string[]} */
    this.leftOut = [];
    this.target = target;
    this.options = options;
    this.reader = reader;
    this.isRead = read !== undefined;
    this.askedForUsage = read?.askedForUsage;
    this.isNamed =
      options.name !== undefined || optionsHere()?.name !== undefined;
    this.status = 0;
    this.answered = false;
    this.isOver = false;
    this.ended = false;
    /** @type {AbortSignal | undefined} */
    this.signal = undefined;
    this.url = "";
    /**
     * The arguments for fetch in place of the program's, if they were changed.
     * @type {any[] | undefined}
     */
    this.args = undefined;
    /**
     * Removes from an answer what was requested for its span only.
     * @type {((response: Response) => Response) | undefined}
     */
    this.restore = undefined;
    const { host, port, path, system, model, format } = target;
    this.set(
      Object.entries({
        "gen_ai.system": system || undefined,
        "gen_ai.request.model": model || undefined,
        "gen_ai.operation.name": OPERATIONS[format] ?? "chat",
        "server.address": host,
        "server.port": Number(port) || undefined,
        "url.template": path?.replaceAll("{...}", ""),
      }).flat(),
    );
    this.set(read?.attributes);
    /** What waits until the engine has loaded. */
    this.late = reader === undefined ? engineLoading()?.wait(this) : undefined;
    if (this.late !== undefined) this.request(body);
  }

  /** @param {() => void} action */
  whenReady(action) {
    if (this.late === undefined) action();
    else this.late.actions.push(action);
  }

  /** Reads the body of the request, which is known later than the call. @param {Uint8Array | undefined} body */
  request(body) {
    if (body === undefined || this.isRead || this.answered || this.ended)
      return;
    this.whenReady(() => {
      const read = this.reader?.request(body);
      if (read === undefined) return;
      this.isRead = true;
      this.set(read.attributes);
      this.rename(read.name);
    });
  }

  /**
   * Notes that the answer has arrived; its body is not read yet. `step`: which call of a list was answered.
   * @param {number} status
   * @param {string} contentType
   * @param {number} [step]
   */
  response(status, contentType, step) {
    this.answered = true;
    this.status = status;
    if (status > 0) this.set(["http.response.status_code", status]);
    this.whenReady(() => {
      this.reader?.response(status, contentType, step ?? 0);
      // The name of such a call is known only at the end.
      if (step !== undefined) this.isRead = false;
    });
  }

  /** Reads a chunk of the answer. @param {unknown} given */
  chunk(given) {
    if (this.ended || !ArrayBuffer.isView(given)) return;
    const { buffer, byteOffset, byteLength } = given;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    if (this.late === undefined) return this.read(bytes);
    this.late.chunk(bytes);
  }

  /** @param {Uint8Array} bytes @param {number} [time] */
  read(bytes, time) {
    const seen = this.reader?.chunk(bytes) ?? 0;
    // An error is one JSON document, also when a stream was requested.
    if (seen & (FIRST_DATA | FIRST_TOKEN) && this.status < 400) {
      const ms = (time ?? now()) - this.span.startTime;
      if (seen & FIRST_DATA) this.set([`${FIRST}chunk`, ms / 1000]);
      if (seen & FIRST_TOKEN) this.set([`${FIRST}token`, ms / 1000]);
    }
    // Clients cancel what comes after either.
    if (seen & (END_MARK | ERROR_TOLD)) this.isOver = true;
  }

  /**
   * Ends the span.
   * @param {number} how
   * @param {{ error: unknown }} [failure]
   */
  end(how, failure) {
    if (this.ended) return;
    this.ended = true;
    const given = how === FAILED && this.signal?.aborted ? CANCELLED : how;
    const time = this.late && now();
    this.whenReady(() => this.finish(given, failure, time));
  }

  /**
   * @param {number} how
   * @param {{ error: unknown } | undefined} failure
   * @param {number | undefined} time
   */
  finish(how, failure, time) {
    const { span } = this;
    const ended = this.howItEnded(how);
    const found = this.reader?.finish(ended);
    // On an unknown host, the answer showed that this was no LLM call.
    if (found?.fits === false && ended === COMPLETE && !(this.status >= 400))
      return this.discard();
    this.set(found?.attributes);
    if (found !== undefined && !this.isRead) this.rename(found.name);
    if (ended === CANCELLED) this.set(["gen_ai.response.cancelled", true]);
    else if (this.isPartial(ended, found)) this.set([INCOMPLETE, true]);
    this.fail(ended, found?.error, failure);
    if (this.leftOut.length > 0) this.set(["laminar.left_out", this.leftOut]);
    span.end(time);
  }

  /** @param {number} how */
  howItEnded(how) {
    // Clients cancel the body of an answer that they do not need.
    const isOver = this.status >= 400 || this.isOver;
    return isOver && how !== FAILED ? COMPLETE : how;
  }

  /** @param {number} how @param {{ incomplete: boolean } | undefined} found */
  isPartial(how, found) {
    if (how === CUT || how === UNREAD) return true;
    if (how === FAILED || this.status >= 400) return false;
    // Data that the engine has dropped is missing from the span.
    return found?.incomplete ?? true;
  }

  /**
   * @param {number} how
   * @param {{ type: string, message: string } | undefined} told
   * @param {{ error: unknown } | undefined} failure
   */
  fail(how, told, failure) {
    const { span, status } = this;
    const error =
      told !== undefined
        ? { name: told.type, message: told.message }
        : failure !== undefined
          ? exceptionOf(failure.error, this.url)
          : status >= 400
            ? { name: String(status), message: `HTTP status ${status}` }
            : undefined;
    if (error === undefined) return;
    this.set(["error.type", error.name]);
    if (how === CANCELLED) return;
    span.recordException(error);
    // Without a message: only attributes pass the mask.
    span.setStatus({ code: STATUS_ERROR });
  }

  /** Gives up the span, which will not be recorded. */
  discard() {
    if (!this.span.recording) return;
    this.ended = true;
    this.late = undefined;
    this.reader?.close();
    this.span.recording = false;
    spanEnded(this.span);
  }

  /** @param {string} name */
  rename(name) {
    if (!this.isNamed && name !== "") this.span.updateName(name);
  }

  /** @param {any[]} [pairs] */
  set(pairs = []) {
    for (let i = 0; i < pairs.length; i += 2) {
      const [key, value] = pairs.slice(i, i + 2);
      if (value === undefined) continue;
      if (this.limit.takes(value)) this.span.setAttribute(key, value);
      else this.leftOut.push(key);
    }
  }
}
