// Sentry's SDK for Workers; the event's transaction is the agent's span.

import * as Sentry from "@sentry/cloudflare";
import { question, steps } from "./agent.mjs";

const step = ({ name, type, attributes }, input, action) =>
  Sentry.startSpan({ name, op: type }, async (span) => {
    span.setAttribute("lmnr.span.input", JSON.stringify(input));
    if (attributes !== undefined) span.setAttributes(attributes);
    const output = await action(input);
    span.setAttribute("lmnr.span.output", JSON.stringify(output));
    return output;
  });

const handler = {
  async fetch() {
    return new Response(await steps(question(), step));
  },
};

export default Sentry.withSentry(
  (env) => ({
    dsn: env.COLLECTOR.replace("://", "://key@") + "/1",
    tracesSampleRate: 1,
  }),
  handler,
);
