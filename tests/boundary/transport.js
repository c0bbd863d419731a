// Replaces pkg/lib/delivery/transport.js: the same interface without options. This is the body of a function
// that is called once, after the real `gzip` and `readBody`.
const known = [];

return {
  know: (id, url, key, compressed) =>
    (known[id] = { url, key, gzip: compressed }),
  make: () => ({
    controller: undefined,
    // Whether requests may outlive the page.
    keepalive: false,
    // The number of each request's lease, in the order of sending.
    tokens: [],
    // The result of each batch.
    told: [],
    target(id) {
      const { url, key, gzip } = known[id];
      const headers = new Headers({ "content-type": "application/x-protobuf" });
      headers.set("authorization", `Bearer ${key}`);
      return { url, headers, gzip };
    },
    fetch(_id, request, token) {
      this.tokens.push(token);
      return Promise.resolve(fetch(request));
    },
    read: readBody,
    gzip,
    reserveKeepalive() {
      return this.keepalive;
    },
    settled(exported, rejected, dropped, reason) {
      this.told.push([exported, rejected, dropped, reason].join(" "));
    },
  }),
  gunzip: (bytes) =>
    new Response(
      new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).arrayBuffer(),
};
