// A Worker that streams in the requested way: read where the stream is made, or as the body of its response.

import { BODIES, SOURCES } from "./sources.mjs";

async function readMany(way, { source, streams }) {
  const { make, read } = SOURCES[source];
  for (let i = 0; i < streams; i++) await way.read(make, read);
  await way.finish?.();
}

/** `way` has `read` and `respond`; `start` before each request, and `finish` after its streams. */
export function worker(way) {
  // The harness passes a single URL.
  const respond = way.respond((env, body) => BODIES[body](env.COLLECTOR));
  return {
    async fetch(request, env, ctx) {
      way.start?.();
      const { body, source, streams } = Object.fromEntries(
        new URL(request.url).searchParams,
      );
      try {
        if (body !== undefined) return await respond(request, env, ctx, body);
        await readMany(way, { source, streams: Number(streams) });
        return new Response("done");
      } catch (error) {
        return new Response(String(error.stack ?? error), { status: 500 });
      }
    },
  };
}
