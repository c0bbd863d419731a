// What a flush needs to send: one object to a flush, called from wasm. Requests and answers of one
// request of a Worker are never seen by another.

import { answerOf } from "./answer.js";
import { runUnrecorded } from "./context.js";
import { destinationById } from "./destination.js";
import { gzip } from "./gzip.js";
import { reserveKeepalive } from "./keepalive.js";
import { hear } from "./unauthorized.js";

export class Transport {
  constructor(instance) {
    this.instance = instance;
    this.controller = undefined;
    this.reserved = new Set();
    // By lease: should the instance end, this is all that is known of its requests.
    this.sent = new Map();
    // The report of the flush while it spills.
    this.spilling = undefined;
  }

  prepare(destinationId, body) {
    return this.prepareFor(destinationById(this.instance, destinationId), body);
  }

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
    const headers = new Headers(destination.headers);
    headers.set("content-type", "application/x-protobuf");
    if (encoding !== undefined) headers.set("content-encoding", encoding);
    if (destination.key !== "" && !headers.has("authorization"))
      headers.set("authorization", `Bearer ${destination.key}`);
    const release = reserveKeepalive(body.length);
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

  send({ request, destination, release }, token) {
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
    this.sent.set(token, answer);
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
