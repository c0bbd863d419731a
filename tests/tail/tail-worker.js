// A Tail Worker as users write it, which also keeps what it got.

import { Laminar } from "laminar-edge";
import { collectTail, collectTailStream } from "laminar-edge/tail";

const reports = [];
const seen = { logs: [], outcomes: [], truncated: 0, biggest: 0 };

export default {
  async tail(events, env, ctx) {
    for (const {
      logs,
      outcome,
      truncated,
      diagnosticsChannelEvents,
    } of events) {
      seen.outcomes.push(outcome);
      for (const { message } of logs)
        if (String(message).length < 200) seen.logs.push(String(message));
      if (truncated) seen.truncated++;
      for (const { message } of diagnosticsChannelEvents)
        if (message.body)
          seen.biggest = Math.max(seen.biggest, message.body.length);
    }
    const report = collectTail(events, env, ctx, env.OPTIONS);
    ctx.waitUntil(report.then((each) => reports.push(each)));
  },

  tailStream(onset, env, ctx) {
    const handler = collectTailStream(onset, env, ctx, env.OPTIONS);
    return (event) => {
      if (event.event.type === "outcome")
        seen.outcomes.push(event.event.outcome);
      if (event.event.type === "log")
        seen.logs.push(String(event.event.message));
      return handler(event);
    };
  },

  fetch: () => Response.json({ reports, seen, stats: Laminar.stats() }),
};
