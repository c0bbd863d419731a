// Makes the call of a case and reads the answer. Runs in any runtime.

import { tracedFetch, wrapWorkersAI } from "laminar-edge/llm";

const SECRETS = {
  authorization: "Bearer planted-key",
  "x-api-key": "planted-key",
  "x-goog-api-key": "planted-key",
  cookie: "planted=planted",
};

/** Returns a body that gives `pieces` when it is read; with `open` it never ends. */
function bodyOf(pieces, open) {
  let at = 0;
  let cancelled = false;
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (at < pieces.length)
          controller.enqueue(new Uint8Array(pieces[at++]));
        else if (!open) controller.close();
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, wasCancelled: () => cancelled };
}

/**
 * Makes the call of a case, whose answer arrives in `pieces`. Resolves to what the caller saw: `status`,
 * `contentType`, the `chunks`, and for a reader that cancelled, whether the upstream was cancelled.
 */
export async function callAs(
  { url, requestText, response, end, call },
  pieces,
) {
  if (url === "binding:AI") {
    const text = new TextDecoder().decode(joined(pieces));
    const binding = wrapWorkersAI({ run: async () => JSON.parse(text) });
    await binding.run(call.model, JSON.parse(requestText));
    return { ...response, chunks: pieces };
  }
  const leaves = end === "cancelled";
  const upstream = bodyOf(pieces, leaves);
  const traced = tracedFetch({
    fetch: async () =>
      new Response(upstream.stream, {
        status: response.status,
        headers: { "content-type": response.contentType, ...response.headers },
      }),
  });
  const answer = await traced(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...SECRETS },
    body: requestText,
  });
  const total = lengthOf(pieces);
  const chunks = [];
  const reader = answer.body.getReader();
  while (!leaves || lengthOf(chunks) < total) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
  }
  if (leaves) await reader.cancel();
  return {
    status: answer.status,
    contentType: answer.headers.get("content-type"),
    chunks,
    told: upstream.wasCancelled(),
  };
}

const lengthOf = (pieces) =>
  pieces.reduce((length, piece) => length + piece.length, 0);

/** Returns the bytes of all pieces. */
export function joined(pieces) {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
