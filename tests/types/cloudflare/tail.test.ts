// A Tail Worker's handlers satisfy Cloudflare's types.

import { collectTail, collectTailStream } from "laminar-edge/tail";
import { instrument } from "laminar-edge";

interface Env {
  SHOP_KEY: string;
}

export const buffered: ExportedHandler<Env> = { tail: collectTail };
export const streaming: ExportedHandler<Env> = {
  tailStream: collectTailStream,
};
export const more: ExportedHandler<Env> = {
  async tail(events, env, ctx) {
    const projects = { shop: env.SHOP_KEY };
    const report = await collectTail(events, env, ctx, { projects });
    const made: number = report.made;
    console.log(made, report.flush?.exported);
  },
};
export const boxed: ExportedHandler<Env> = instrument(
  { fetch: () => new Response() },
  { blackBox: true, initialize: { transport: "tail", tailProject: "shop" } },
);
// @ts-expect-error: no such transport.
instrument({}, { initialize: { transport: "carrier pigeon" } });
