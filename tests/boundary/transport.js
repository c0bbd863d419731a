// Stands in for pkg/lib/transport.js: the same shape without options. What it makes of a response's
// body is tested there. The body of a function, called once.
const known = [];

const saidBy = async (response) => {
  const body = new Uint8Array(await response.arrayBuffer());
  if (response.ok) return { rejected: 0, message: "", protobuf: body };
  const text = new TextDecoder().decode(body).trim();
  return { rejected: 0, message: `HTTP ${response.status} ${text}`.trim() };
};

const answerOf = (response) => {
  const seconds = response.headers.get("retry-after");
  return {
    status: response.status,
    retryAfterMs: seconds === null ? undefined : 1_000 * seconds,
    said: saidBy(response),
  };
};

return {
  know: (id, url, key) => (known[id] = { url, key }),
  make() {
    const controller = new AbortController();
    return {
      prepare(id, view) {
        const { url, key } = known[id];
        const request = new Request(url, {
          method: "POST",
          headers: { authorization: `Bearer ${key}` },
          body: view,
          signal: controller.signal,
        });
        return { request, bytes: view.length };
      },
      // A fetch that throws makes this throw.
      send: ({ request }) => fetch(request).then(answerOf),
      cancel: () => controller.abort(),
    };
  },
};
