// One contender as a Worker. The clock of a Worker stands still, so the caller measures the time.

import { drive } from "./drive.mjs";

export function worker(contender) {
  let started = false;
  return {
    async fetch(request, env) {
      const asked = Object.fromEntries(new URL(request.url).searchParams);
      if (!started) {
        contender.start({ url: env.COLLECTOR });
        started = true;
      }
      try {
        await drive(contender, {
          ...asked,
          spans: Number(asked.spans),
          times: Number(asked.times ?? 1),
        });
        return new Response("done");
      } catch (error) {
        return new Response(String(error.stack ?? error), { status: 500 });
      }
    },
  };
}
