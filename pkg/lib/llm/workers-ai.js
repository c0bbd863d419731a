// Cloudflare's binding for Workers AI and its gateway, whose calls do not go through fetch.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { canPipe, pipe } from "../streams/pipe.js";
import { isA, toJson } from "../values/value.js";
import { beginCall, COMPLETE } from "./call.js";
import { UNIVERSAL, WORKERS_AI } from "./formats.js";
import { target } from "./match.js";
import { readOptions } from "./options.js";
import { answered, quietly, traced } from "./send.js";
import { CallWatch } from "./tap.js";

/** @typedef {import("../../llm.js").LLMOptions} LLMOptions */
/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("./options.js").Options} Options */

const OK = 200;
const encoder = new TextEncoder();

/** The wrapped bindings. @type {WeakSet<object>} */
const wrapped = shared("llm bindings", () => new WeakSet());

/**
 * Returns a wrapped binding: its `run` and `gateway` trace, everything else is the binding's.
 * @template T
 * @param {T} ai
 * @param {LLMOptions} [given]
 * @returns {T}
 */
export function wrapWorkersAI(ai, given) {
  const binding = /** @type {any} */ (ai);
  if (typeof binding?.run !== "function") {
    warnOnce(
      "llm binding",
      "wrapWorkersAI takes the binding env.AI; its argument is returned unchanged",
    );
    return ai;
  }
  if (wrapped.has(binding)) return ai;
  const options = readOptions(given);
  const stand = standIn(binding, {
    run: (/** @type {any[]} */ ...args) => run(binding, args, options),
    gateway: (/** @type {any[]} */ ...args) =>
      wrapGateway(binding.gateway(...args), options),
  });
  wrapped.add(stand);
  return stand;
}

/** @param {any} gateway @param {Options} options */
function wrapGateway(gateway, options) {
  if (typeof gateway?.run !== "function") return gateway;
  return standIn(gateway, {
    run(/** @type {any[]} */ ...args) {
      return traced(
        () => {
          const list = [args[0]].flat();
          const body = encoder.encode(toJson(list) ?? "");
          return beginCall(target("", "", UNIVERSAL, true), options, body);
        },
        () => gateway.run(...args),
      );
    },
  });
}

/**
 * Returns a proxy of a binding with methods of its own. The binding's methods run on the binding itself, because
 * a proxy has no private fields.
 * @param {any} binding
 * @param {Record<string, Function>} own
 */
function standIn(binding, own) {
  /** @type {Map<PropertyKey, unknown>} */
  const bound = new Map();
  return new Proxy(binding, {
    get(_, key) {
      const value = Reflect.get(binding, key, binding);
      if (typeof value !== "function" || key === "constructor") return value;
      if (typeof key === "string" && Object.hasOwn(own, key)) return own[key];
      if (!bound.has(key)) bound.set(key, value.bind(binding));
      return bound.get(key);
    },
    set: (_, key, value) => Reflect.set(binding, key, value, binding),
  });
}

/**
 * @param {any} binding
 * @param {any[]} args
 * @param {Options} options
 */
function run(binding, args, options) {
  const asksForStream = args[1]?.stream === true;
  return traced(
    () => begin(args, options),
    () => binding.run(...args),
    (call, value) =>
      quietly(() => answeredBy(value, call, asksForStream)) ?? value,
  );
}

/** @param {any[]} args @param {Options} options */
function begin([model, inputs, more], options) {
  if (typeof model !== "string" || !isLanguage(inputs)) return undefined;
  // The model may be another provider's, with the provider's name in front.
  const found = target("cloudflare", model, WORKERS_AI, true);
  const body = encoder.encode(toJson(inputs) ?? "");
  const call = beginCall(found, options, body);
  if (call !== undefined) call.signal = more?.signal;
  return call;
}

/** Returns whether inputs may be those of a language model: text, and no audio or image. @param {any} inputs */
function isLanguage(inputs) {
  if (typeof inputs !== "object" || inputs === null) return false;
  return ["messages", "prompt", "input", "text"].some((key) => key in inputs);
}

/**
 * @param {any} value
 * @param {Call} call
 * @param {boolean} asksForStream
 * @returns {any} what the program gets in place of `value`
 */
function answeredBy(value, call, asksForStream) {
  if (isA(value, globalThis.Response)) {
    // A WebSocket is a conversation, and not traced.
    if (/** @type {any} */ (value).webSocket) return call.discard();
    return answered(call, value);
  }
  if (isA(value, globalThis.ReadableStream)) {
    // Images and audio come as a stream of bytes without being asked for one.
    if (!asksForStream || !canPipe(value)) return call.discard();
    call.response(OK, "text/event-stream");
    const watch = new CallWatch(call);
    const stream = pipe(value, watch);
    watch.body = stream;
    watch.open();
    return stream;
  }
  const text = textOf(value);
  if (text === undefined) return call.discard();
  call.response(OK, "application/json");
  call.chunk(encoder.encode(text));
  call.end(COMPLETE);
  return undefined;
}

/** Returns the JSON of a text answer, without vectors; undefined for an image. @param {any} value */
function textOf(value) {
  if (typeof value !== "object" || value === null) return undefined;
  if (typeof value.image === "string" || typeof value.audio === "string")
    return undefined;
  const { data, shape } = value;
  if (Array.isArray(data) && Array.isArray(shape)) {
    const { data: _, ...rest } = value;
    return toJson(rest);
  }
  return toJson(value);
}
