// What a flush needs to send: one object to a flush. Requests and answers of one request of a Worker
// are never seen by another.

import { answerOf } from "./answer.js";
import { runUnrecorded } from "../context/context.js";
import { gzip } from "./gzip.js";
import { pageHere } from "../host/page.js";
import { hear } from "../options/unauthorized.js";

export class Transport {
  constructor() {
    this.controller = undefined;
    this.reserved = new Set();
  }

  /** A request with a copy of the body, or a promise of one. */
  prepareFor(destination, body) {
    if (destination.compression !== "gzip" || body.length === 0)
      return this.request(destination, body);
    const raw = body.slice();
    return gzip(raw).then((packed) =>
      packed !== undefined && packed.length < raw.length
        ? this.request(destination, packed, "gzip")
        : this.request(destination, raw),
    );
  }

  request(destination, body, encoding) {
    // Fastly has none: there a request that is late ends by itself.
    if (typeof AbortController === "function")
      this.controller ??= new AbortController();
    const headers = headersOf(destination, encoding);
    const release = pageHere()?.reserveKeepalive(body.length);
    if (release !== undefined) this.reserved.add(release);
    const request = new Request(destination.url, {
      method: "POST",
      headers,
      body,
      // Followed, it would become a GET whose success says nothing about the spans.
      redirect: "manual",
      signal: this.controller?.signal,
      ...(release && { keepalive: true }),
    });
    return { request, destination, release, bytes: body.length };
  }

  /** A promise of how the server answered. */
  send({ request, destination, release }) {
    // A program may have put anything in its place since.
    const fetch = destination.fetch ?? globalThis.fetch;
    const answer = Promise.resolve(runUnrecorded(() => fetch(request))).then(
      (response) => {
        const read = answerOf(response);
        hear(destination, read);
        return read;
      },
    );
    if (release !== undefined)
      answer.catch(() => {}).then(() => this.release(release));
    answer.catch(() => {});
    return answer;
  }

  release(release) {
    if (this.reserved.delete(release)) release();
  }

  cancel() {
    for (const release of [...this.reserved]) this.release(release);
    this.controller?.abort();
  }
}

/** The same for every request there, unless it is compressed: a Request copies them. */
function headersOf(destination, encoding) {
  if (encoding === undefined && destination.ready !== undefined)
    return destination.ready;
  const headers = new Headers(destination.headers);
  headers.set("content-type", "application/x-protobuf");
  if (encoding !== undefined) headers.set("content-encoding", encoding);
  if (destination.key !== "" && !headers.has("authorization"))
    headers.set("authorization", `Bearer ${destination.key}`);
  if (encoding === undefined) destination.ready = headers;
  return headers;
}
