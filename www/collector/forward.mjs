// Forwards a request unchanged, with the same bytes and headers, so that Laminar's
// answer is about the SDK's own request.

const PASSED_ON = [
  "authorization",
  "content-type",
  "content-encoding",
  "user-agent",
];
const PASSED_BACK = ["content-type", "retry-after", "www-authenticate"];
const TIMEOUT_MS = 20_000;

export function forwarder(upstream) {
  const url = new URL(`${upstream.replace(/\/+$/, "")}/v1/traces`);
  return async (headers, body) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: pick(PASSED_ON, (name) => headers[name]),
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return {
        status: response.status,
        headers: pick(PASSED_BACK, (name) => response.headers.get(name)),
        body: Buffer.from(await response.arrayBuffer()),
      };
    } catch (error) {
      const message = error.cause?.message ?? error.message;
      return {
        status: 502,
        headers: { "content-type": "text/plain" },
        body: Buffer.from(`${url.host} could not be reached: ${message}`),
      };
    }
  };
}

function pick(names, read) {
  const found = names.map((name) => [name, read(name)]);
  return Object.fromEntries(found.filter(([, value]) => value));
}
