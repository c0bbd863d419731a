// What a flush needs of JavaScript to send. Each flush has one object, which src/js/transport.rs calls, so that
// a Worker's request never touches another's requests and responses.

import { runUnrecorded } from "../context/context.js";
import { destinationById } from "../options/destination.js";
import { noteStatus } from "../options/unauthorized.js";
import { pageHere } from "../host/page.js";
import { tellsRequestsApart } from "../host/request.js";
import { gzip } from "./gzip.js";
import { readBody } from "./read-body.js";
import { emptyReport } from "./report.js";

/** @import { DropReason } from "../../index.js" */
/** @import { Destination, Instance } from "../core/instance.js" */
/** @typedef {{ destination: Destination, answer: Promise<Response> }} Awaited */
/** @typedef {import("../options/destination.js").Target} Target */

export class Transport {
  /** @param {Instance} [instance] The instance whose numbers for destinations are used. */
  constructor(instance) {
    this.instance = /** @type {Instance} */ (instance);
    // The AbortController of all its requests, once there is one.
    this.controller = /** @type {AbortController | undefined} */ (undefined);
    // Answers by the number of the lease. They are only here if the instance ends.
    this.answers = /** @type {Map<number, Awaited>} */ (new Map());
    // In a page: functions that release the keepalive bytes of requests.
    this.reserved = /** @type {Map<number, () => void> | undefined} */ (
      undefined
    );
    // The results of its batches, for the same case.
    this.report = emptyReport();
    /** @type {WeakMap<Response, Promise<Uint8Array>> | undefined} */
    this.bodies = undefined;
  }

  /** Returns URL and headers of the destination with this number. */
  target(/** @type {number} */ id) {
    const destination = destinationById(this.instance, id);
    return destination && targetOf(destination);
  }

  /**
   * Returns a promise of the response. Throws what the program's own `fetch` throws.
   * @type {(id: number, request: Request | RequestInit, token: number) => Promise<Response>}
   */
  fetch(id, request, token) {
    const destination = destinationById(this.instance, id);
    return this.send(/** @type {Destination} */ (destination), request, token);
  }

  /** @type {(destination: Destination, request: Request | RequestInit, token: number) => Promise<Response>} */
  send(destination, request, token) {
    try {
      return this.begin(destination, request, token);
    } catch (error) {
      // Nobody else releases what is reserved for a request that has not begun.
      this.release(token);
      throw error;
    }
  }

  /** @type {(destination: Destination, request: Request | RequestInit, token: number) => Promise<Response>} */
  begin(destination, request, token) {
    const { url, fetch: own } = destination;
    const { fetch } = globalThis;
    const isWhole = request instanceof Request;
    /** @type {Promise<Response>} */
    const answer =
      own === undefined && !isWhole && isWorkerds(fetch)
        ? fetch(url, request)
        : Promise.resolve(
            runUnrecorded(() => {
              if (own !== undefined)
                return own(isWhole ? request : new Request(url, request));
              if (isWhole) return fetch(request);
              // A program may have replaced `fetch` by anything, and a framework's may read the options later or
              // change them: they are its own.
              const headers = new Headers(request.headers);
              return fetch(url, { ...request, headers });
            }),
          );
    // The next request uses the same options object, so this body is not kept there.
    if (!isWhole) request.body = request.signal = undefined;
    if (this.reserved?.has(token)) {
      const over = () => this.release(token);
      answer.then(over, over);
    }
    this.answers.set(token, { destination, answer });
    return answer;
  }

  /**
   * Returns a promise of the first bytes of the body, the same one for the same response; undefined if there is
   * nothing to read.
   * @param {Response} response
   */
  read(response) {
    if (hasNoBody(response)) return undefined;
    if (Object(response) !== response) return readBody(response);
    this.bodies ??= new WeakMap();
    let body = this.bodies.get(response);
    if (body === undefined)
      this.bodies.set(response, (body = readBody(response)));
    return body;
  }

  gzip(/** @type {Uint8Array} */ bytes) {
    return gzip(bytes);
  }

  /**
   * Returns, in a page, whether a request of this size may outlive it.
   * @type {(bytes: number, token: number) => boolean}
   */
  reserveKeepalive(bytes, token) {
    const release = pageHere()?.reserveKeepalive(bytes);
    if (release === undefined) return false;
    this.reserved ??= new Map();
    this.reserved.set(token, release);
    return true;
  }

  /**
   * @type {(exported: number, rejected: number, dropped: number, reason: DropReason, id: number,
   *   status: number) => void}
   */
  settled(exported, rejected, dropped, reason, id, status) {
    const { report } = this;
    report.exported += exported;
    report.rejected += rejected;
    if (dropped > 0)
      report.dropped[reason] = (report.dropped[reason] ?? 0) + dropped;
    const destination = status > 0 && destinationById(this.instance, id);
    if (destination) noteStatus(destination, status);
  }

  release(/** @type {number} */ token) {
    this.reserved?.get(token)?.();
    this.reserved?.delete(token);
  }

  /** Aborts requests that are still under way, because they would hold a connection. */
  cancel() {
    for (const token of [...(this.reserved?.keys() ?? [])]) this.release(token);
    this.controller?.abort();
  }
}

/**
 * Returns what all requests to a destination have in common. Each request copies the headers.
 * @type {(destination: Destination) => Target}
 */
export function targetOf(destination) {
  const { url, key, headers, compression } = destination;
  if (destination.target === undefined) {
    const ready = new Headers(headers);
    ready.set("content-type", "application/x-protobuf");
    if (key !== "" && !ready.has("authorization")) authorize(ready, key);
    destination.target = {
      url,
      headers: ready,
      init: undefined,
      gzip: false,
      takesOptions: false,
    };
  }
  const { target } = destination;
  target.gzip = compression === "gzip";
  // A program's own `fetch` gets a `Request`, and a request of a page may need keepalive.
  target.takesOptions = destination.fetch === undefined && !pageHere();
  return target;
}

/** @type {(headers: Headers, key: string) => void} */
function authorize(headers, key) {
  try {
    headers.set("authorization", `Bearer ${key}`);
  } catch {
    // The runtime's message quotes the key, and reports are logged.
    throw new TypeError(
      "the project API key holds characters that no header can carry",
    );
  }
}

/** Returns whether the response itself says that there is nothing to read. */
function hasNoBody(/** @type {Response} */ response) {
  try {
    // The runtime makes a stream for whoever asks for the body.
    return response.headers.get("content-length") === "0" || !response.body;
  } catch {
    return false;
  }
}

const NATIVE = /^function fetch\(\) \{\s*\[native code\]\s*\}$/;
/** @type {unknown} */
let checked;
let isNative = false;

/**
 * Returns whether this is workerd's own `fetch`. It reads its options before it returns, and no code of the program
 * runs in it.
 * @param {Function} fetch
 */
function isWorkerds(fetch) {
  if (fetch !== checked) {
    checked = fetch;
    // A bound function and a proxy are shown without a name.
    isNative =
      tellsRequestsApart() &&
      NATIVE.test(Function.prototype.toString.call(fetch));
  }
  return isNative;
}
