// What a flush needs of JavaScript to send: one object to a flush, called from src/js/transport.rs.
// Requests and answers of one request of a Worker are never seen by another.

import { runUnrecorded } from "../context/context.js";
import { destinationById } from "../options/destination.js";
import { hear } from "../options/unauthorized.js";
import { pageHere } from "../host/page.js";
import { gzip } from "./gzip.js";
import { readBody } from "./read-body.js";
import { emptyReport } from "./report.js";

/** @import { DropReason } from "../../index.js" */
/** @import { Destination, Instance } from "../core/instance.js" */
/** @typedef {{ destination: Destination, answer: Promise<Response> }} Awaited */
/** @typedef {import("../options/destination.js").Target} Target */

export class Transport {
  /** @param {Instance} [instance] Needed to know destinations by their numbers. */
  constructor(instance) {
    this.instance = /** @type {Instance} */ (instance);
    // The AbortController of all its requests, once there is one.
    this.controller = /** @type {AbortController | undefined} */ (undefined);
    // Answers by the number of the lease: should the instance end, nobody else knows of them.
    this.answers = /** @type {Map<number, Awaited>} */ (new Map());
    // What gives back the room of requests that may outlive the page, in a page.
    this.reserved = /** @type {Map<number, () => void> | undefined} */ (
      undefined
    );
    // What became of its batches, for the same case.
    this.report = emptyReport();
    /** @type {WeakMap<Response, Promise<Uint8Array>> | undefined} */
    this.bodies = undefined;
  }

  /** URL and headers of the destination with this number. */
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
    const { url, fetch: own } = destination;
    const isWhole = request instanceof Request;
    /** @type {Promise<Response>} */
    const answer = Promise.resolve(
      runUnrecorded(() => {
        if (own !== undefined)
          return own(isWhole ? request : new Request(url, request));
        // A program may have put anything in its place since.
        const { fetch } = globalThis;
        return isWhole ? fetch(request) : fetch(url, request);
      }),
    );
    // The options are those of the next request, too.
    if (!isWhole) request.body = request.signal = undefined;
    if (this.reserved?.has(token)) {
      const over = () => this.release(token);
      answer.then(over, over);
    }
    this.answers.set(token, { destination, answer });
    return answer;
  }

  /**
   * Returns a promise of the first bytes of the body, the same one for the same response; undefined where
   * there is nothing to read.
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
   * In a page: whether there is room for a request that outlives it.
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
    if (destination) hear(destination, status);
  }

  release(/** @type {number} */ token) {
    this.reserved?.get(token)?.();
    this.reserved?.delete(token);
  }

  /** Ends what is still under way: it would hold a connection. */
  cancel() {
    for (const token of [...(this.reserved?.keys() ?? [])]) this.release(token);
    this.controller?.abort();
  }
}

/**
 * The headers are the same for every request there: a Request copies them.
 * @type {(destination: Destination) => Target}
 */
export function targetOf(destination) {
  const { url, key, headers, compression } = destination;
  if (destination.target === undefined) {
    const ready = new Headers(headers);
    ready.set("content-type", "application/x-protobuf");
    if (key !== "" && !ready.has("authorization"))
      ready.set("authorization", `Bearer ${key}`);
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
  // A program's own gets a `Request`, and one in a page may have to outlive it.
  target.takesOptions = destination.fetch === undefined && !pageHere();
  return target;
}

/** Whether there is nothing to read, as far as the response says so itself. */
function hasNoBody(/** @type {Response} */ response) {
  try {
    const { body, headers } = response;
    return !body || headers.get("content-length") === "0";
  } catch {
    return false;
  }
}
