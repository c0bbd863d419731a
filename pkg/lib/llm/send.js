// A call of a function like fetch, traced if it is an LLM call.

import { runWithSpan } from "../context/context.js";
import { warnOnce } from "../host/warn.js";
import { isA, messageOf } from "../values/value.js";
import { beginCall, FAILED, UNREAD } from "./call.js";
import { findTarget } from "./match.js";
import {
  bytesOf,
  clonedBody,
  isPost,
  retriesOf,
  signalOf,
  urlOf,
} from "./request.js";
import { tapResponse } from "./tap.js";
import { addUsage } from "./usage.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("./options.js").Options} Options */

const STEP = "cf-aig-step";
// Only these headers of an answer are recorded.
const HEADERS = [
  "x-request-id",
  "request-id",
  "x-amzn-requestid",
  "cf-ray",
  "retry-after",
  "cf-aig-cache-status",
  STEP,
  "cf-aig-log-id",
  "cf-aig-event-id",
  "openai-processing-ms",
];
const MAX_HEADER_UNITS = 256;

/**
 * Calls `fetch` with `args` and returns its result. If that is an LLM call, it is traced, and the result is a promise
 * of the same Response or of one that replaces it.
 * @param {Function} fetch
 * @param {unknown} self
 * @param {any} args
 * @param {Options} options
 */
export function send(fetch, self, args, options) {
  return traced(
    () => begin(args, options),
    (call) => Reflect.apply(fetch, self, call?.args ?? args),
  );
}

/** @param {any} args @param {Options} options */
function begin(args, options) {
  const [input, init] = args;
  if (!isPost(input, init)) return undefined;
  const url = urlOf(input);
  const target = findTarget(url, options);
  if (target === undefined) return undefined;
  const body = bytesOf(init?.body);
  const call = beginCall(target, options, body);
  if (call !== undefined)
    quietly(() => describe(call, url, args, body, options));
  return call;
}

/**
 * Records what JavaScript knows of the request, besides its body.
 * @param {Call} call
 * @param {string} url
 * @param {any} args
 * @param {Uint8Array | undefined} body
 * @param {Options} options
 */
function describe(call, url, args, body, options) {
  const [input, init] = args;
  call.url = url;
  call.signal = signalOf(input, init) ?? undefined;
  call.set(["gen_ai.request.retry_count", retriesOf(input, init)]);
  if (body === undefined)
    clonedBody(input, init)?.then((bytes) => call.request(bytes));
  if (options.includeUsage) addUsage(call, args, body);
}

/**
 * Returns what `action` returns, which sends the request of the call that `begin` returns; a call of undefined is not
 * traced. `answer` takes the result, or what its promise gives, and returns what the program gets in its place.
 * @param {() => Call | undefined | void} begin
 * @param {(call?: Call) => any} action
 * @param {(call: Call, result: any) => any} [answer]
 */
export function traced(begin, action, answer = answered) {
  const call = quietly(begin);
  if (call === undefined) return action();
  const fail = (/** @type {unknown} */ error) => {
    quietly(() => call.end(FAILED, { error }));
    throw error;
  };
  let result;
  try {
    result = runWithSpan(call.span, () => action(call));
  } catch (error) {
    return fail(error);
  }
  if (typeof result?.then !== "function") return answer(call, result);
  return result.then(
    (/** @type {unknown} */ value) => answer(call, value),
    fail,
  );
}

/**
 * Follows the body of an answer. Returns the Response that the program gets.
 * @param {Call} call
 * @param {any} response
 */
export function answered(call, response) {
  try {
    if (!isA(response, globalThis.Response)) {
      call.end(UNREAD);
      return response;
    }
    const { headers, status } = response;
    const step = headers.get(STEP);
    call.response(
      status,
      headers.get("content-type") ?? "",
      step === null ? undefined : Number(step),
    );
    for (const name of HEADERS) {
      const value = headers.get(name);
      if (value !== null)
        call.set([
          `http.response.header.${name}`,
          [value.slice(0, MAX_HEADER_UNITS)],
        ]);
    }
    const tapped = tapResponse(response, call);
    return call.restore?.(tapped) ?? tapped;
  } catch (error) {
    warnOnce("llm answer", `an answer was not traced: ${messageOf(error)}`);
    quietly(() => call.end(UNREAD));
    return response;
  }
}

/**
 * @template T
 * @param {() => T} action
 * @returns {T | undefined}
 */
export function quietly(action) {
  try {
    return action();
  } catch (error) {
    warnOnce("llm call", `an LLM call was not traced: ${messageOf(error)}`);
    return undefined;
  }
}
