// instrument returns the type that it gets, by Cloudflare's own declarations.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { Hono } from "hono";
import { instrument, type InstrumentOptions } from "laminar-edge";
import { assertType, type Equals } from "../equals.js";

interface Env {
  LMNR_PROJECT_API_KEY: string;
  QUEUE: Queue<number>;
}

const given: ExportedHandler<Env, number> = {
  fetch: async () => new Response("x"),
};
const handler = instrument(given);
assertType<Equals<typeof handler, ExportedHandler<Env, number>>>();

// The type that a literal must satisfy gives the types of its arguments.
export default instrument({
  async fetch(request, env, ctx) {
    ctx.waitUntil(env.QUEUE.send(1));
    return new Response(request.url);
  },
  async queue(batch) {
    for (const { body } of batch.messages)
      assertType<Equals<typeof body, number>>();
  },
  scheduled({ cron }) {
    cron.slice();
  },
} satisfies ExportedHandler<Env, number>);

class Given extends DurableObject<Env> {
  static readonly motto = "m";
  total = 0;
  async add(amount: number): Promise<number> {
    return (this.total += amount);
  }
}
export const Room = instrument(Given);
assertType<Equals<typeof Room, typeof Given>>();
declare const rooms: DurableObjectNamespace<InstanceType<typeof Room>>;
export const added: Promise<number> = rooms.getByName("room").add(1);
export class Larger extends Room {}

export const Greeter = instrument(
  class extends WorkerEntrypoint<Env> {
    greet(name: string): string {
      return name + this.env.LMNR_PROJECT_API_KEY;
    }
  },
);
declare const greeter: Service<InstanceType<typeof Greeter>>;
export const greeting: Promise<string> = greeter.greet("Ada");

export const onRequest: PagesFunction<Env> = instrument((context) =>
  context.next(),
);

const app = instrument(new Hono<{ Bindings: Env }>());
app.get("/", (c) => c.text(c.env.LMNR_PROJECT_API_KEY));

instrument(given, {
  initialize: ({ LMNR_PROJECT_API_KEY }: Env) => ({
    projectApiKey: LMNR_PROJECT_API_KEY,
  }),
  name: (subject, kind) => (kind === "fetch" ? subject.url : undefined),
  incomingContext: (request: Request) => request.headers.get("x-parent"),
});
for (const incomingContext of [
  "ignore",
  "laminar",
  "traceparent",
  "trusted",
] as const)
  ({ incomingContext }) satisfies InstrumentOptions;
// @ts-expect-error: no such trust.
instrument(given, { incomingContext: "everyone" });
// @ts-expect-error: no such option.
instrument(given, { initialise: {} });
// @ts-expect-error: options of initialize.
instrument(given, { initialize: { projectKey: "k" } });
