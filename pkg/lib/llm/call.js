// One LLM call: its span, and what reads its bodies. Whatever goes wrong here, the call itself goes on.

import { now } from "../context/clock.js";
import { activeSpan, levelIn, scope } from "../context/context.js";
import { configuration } from "../options/configuration.js";
import { unlessBelow } from "../otel/parent.js";
import { INCOMPLETE } from "../observe/observe.js";
import { spanEnded } from "../record/open.js";
import { startFrom } from "../span/start.js";
import { TracingLevel } from "../values/level.js";
import { isCounted, noteCounted } from "./counted.js";
import { isLoading, openReader } from "./engine.js";
import { exceptionOf } from "./failure.js";
import * as formats from "./formats.js";
import { optionsHere } from "./options.js";
import { systemOf } from "./table.js";

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

const CLIENT = 2;
const ERROR = 2;
const MODEL = "gen_ai.request.model";

/** What is no chat. @type {Record<number, string>} */
const OPERATIONS = {
  [formats.OPENAI_COMPLETIONS]: "text_completion",
  [formats.OPENAI_EMBEDDINGS]: "embeddings",
  [formats.GEMINI]: "generate_content",
  [formats.GEMINI_EMBEDDINGS]: "embeddings",
};

/**
 * Begins the span of a call; undefined if there is to be none. `body` is the request's, if it could be read.
 * @param {Target} target
 * @param {Options} options
 * @param {Uint8Array} [body]
 */
export function beginCall(target, options, body) {
  if (!isListening() || isCounted()) return undefined;
  const startTime = now();
  const { reader, read, ...found } = readRequest(target, options, body);
  if (!target.known && !read?.isCall) return reader?.close();
  if (read?.isCall === false) return reader?.close();
  const span = startSpan(options, read?.name ?? nameOf(target), startTime);
  if (!span.recording) return reader?.close();
  return new Call({ span, target: found.target, options, reader, read, body });
}

/** Whether a span that starts here would be recorded, at a first look. */
function isListening() {
  if (configuration() === undefined && activeSpan() === undefined) return false;
  return levelIn(scope(), undefined) !== TracingLevel.OFF;
}

/**
 * Opens what reads the call, with the provider that stands before the model's name, where one may.
 * @param {Target} target
 * @param {Options} options
 * @param {Uint8Array | undefined} body
 * @returns {{ target: Target, reader?: Reader | undefined, read?: Read | undefined }}
 */
function readRequest(target, options, body) {
  const reader = open(target, options);
  const read = body && reader?.request(body);
  if (!target.splits || read === undefined) return { target, reader, read };
  const model = valueOf(read.attributes, MODEL) ?? target.model;
  const at = typeof model === "string" ? model.indexOf("/") : -1;
  const system = at > 0 ? systemOf(model.slice(0, at)) : undefined;
  if (system === undefined) return { target, reader, read };
  reader?.close();
  const split = {
    ...target,
    system,
    model: model.slice(at + 1),
    splits: false,
  };
  return readRequest(split, options, body);
}

/** @param {Target} target @param {Options} options */
function open({ format, system, model, known, streams }, options) {
  const flags =
    (options.recordInputs ? RECORD_INPUTS : 0) +
    (options.recordOutputs ? RECORD_OUTPUTS : 0) +
    (known ? KNOWN_HOST : 0) +
    (streams ? STREAMS : 0);
  return openReader(format, system, model, flags, options.mediaLimitBytes);
}

/** @param {any[]} pairs @param {string} key */
function valueOf(pairs, key) {
  const at = pairs.indexOf(key);
  return at < 0 ? undefined : pairs[at + 1];
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
  span.kind = CLIENT;
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
    this.target = target;
    this.options = options;
    this.reader = reader;
    this.isRead = read !== undefined;
    this.askedForUsage = read?.askedForUsage;
    // Kept for an engine that is on its way.
    this.body = reader === undefined && isLoading() ? body : undefined;
    this.status = 0;
    this.answered = false;
    this.sawEnd = false;
    this.ended = false;
    /** @type {AbortSignal | undefined} */
    this.signal = undefined;
    this.url = "";
    /**
     * What fetch is to be called with instead.
     * @type {any[] | undefined}
     */
    this.args = undefined;
    /**
     * Takes out of an answer what is there only for its span.
     * @type {((response: Response) => Response) | undefined}
     */
    this.restore = undefined;
    /**
     * Is told the headers of the answer first.
     * @type {((headers: Headers) => void) | undefined}
     */
    this.answer = undefined;
    const { host, port, path, system, model, format } = target;
    this.set([
      ...["gen_ai.system", system, MODEL, model || undefined],
      ...["gen_ai.operation.name", OPERATIONS[format] ?? "chat"],
      ...["server.address", host, "server.port", Number(port) || undefined],
      ...["url.template", path?.replaceAll("{...}", "")],
    ]);
    this.set(read?.attributes, read?.doubles);
  }

  /** Reads the body of the request, which came later than the call. @param {Uint8Array | undefined} body */
  request(body) {
    if (body === undefined || this.isRead || this.answered || this.ended)
      return;
    const read = this.reader?.request(body);
    if (read === undefined) return;
    this.isRead = true;
    this.set(read.attributes, read.doubles);
    this.rename(read.name);
  }

  /**
   * The answer is to another call than was thought.
   * @param {Target} target
   * @param {Uint8Array} body
   */
  become(target, body) {
    this.reader?.close();
    const { reader, read } = readRequest(target, this.options, body);
    this.target = target;
    this.reader = reader;
    this.set(read?.attributes, read?.doubles);
    if (read !== undefined) this.rename(read.name);
  }

  /** The answer is there, unread. @param {number} status @param {string} contentType */
  response(status, contentType) {
    if (this.reader === undefined && this.body !== undefined) {
      this.reader = open(this.target, this.options);
      this.request(this.body);
    }
    this.body = undefined;
    this.answered = true;
    this.status = status;
    if (status > 0) this.set(["http.response.status_code", status]);
    this.reader?.response(status, contentType);
  }

  /** A piece of the answer. @param {unknown} bytes */
  chunk(bytes) {
    if (this.ended || !ArrayBuffer.isView(bytes)) return;
    const seen =
      this.reader?.chunk(
        new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      ) ?? 0;
    if (seen & FIRST_DATA) this.time("chunk");
    if (seen & FIRST_TOKEN) this.time("token");
    if (seen & END_MARK) this.sawEnd = true;
  }

  /** @param {"chunk" | "token"} what */
  time(what) {
    const ms = now() - this.span.startTime;
    this.set([`gen_ai.response.time_to_first_${what}`, ms / 1000]);
  }

  /**
   * Ends the span.
   * @param {number} how
   * @param {{ error: unknown }} [failure]
   */
  end(how, failure) {
    if (this.ended) return;
    this.ended = true;
    this.body = undefined;
    const { span } = this;
    const ended = this.howItEnded(how);
    const found = this.reader?.finish(ended);
    // What looked like a call on a host that nobody knows was none.
    if (found?.fits === false && ended === COMPLETE && !(this.status >= 400))
      return this.discard();
    this.set(found?.attributes, found?.doubles);
    if (found !== undefined && !this.isRead) this.rename(found.name);
    if (ended === CANCELLED) this.set(["gen_ai.response.cancelled", true]);
    else if (this.isPartial(ended, found)) this.set([INCOMPLETE, true]);
    this.fail(ended, found?.error, failure);
    span.end();
  }

  /** @param {number} how */
  howItEnded(how) {
    // Clients cancel the body of an answer that they do not want, and what comes after the end mark.
    if (this.status >= 400 || this.sawEnd)
      return how === FAILED ? how : COMPLETE;
    return how === FAILED && this.signal?.aborted ? CANCELLED : how;
  }

  /** @param {number} how @param {{ incomplete: boolean } | undefined} found */
  isPartial(how, found) {
    if (how === CUT || how === UNREAD) return true;
    if (how === FAILED || this.status >= 400) return false;
    // What an engine has forgotten is missing from the span.
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
    span.setStatus({ code: ERROR });
  }

  /** No span comes of it after all. */
  discard() {
    if (!this.span.recording) return;
    this.ended = true;
    this.reader?.close();
    this.span.recording = false;
    spanEnded(this.span);
  }

  /** @param {string} name */
  rename(name) {
    const given = optionsHere()?.name ?? this.options.name;
    if (given === undefined && name !== "") this.span.updateName(name);
  }

  /** @param {any[]} [pairs] @param {any[]} [more] */
  set(pairs = [], more = []) {
    for (const list of [pairs, more])
      for (let i = 0; i < list.length; i += 2)
        if (list[i + 1] !== undefined)
          this.span.setAttribute(list[i], list[i + 1]);
  }
}
