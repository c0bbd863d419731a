// What the tests of redaction share: secrets, a project, and a session whose requests are kept.

import { Laminar } from "laminar-edge";
import { keepBodies } from "./bodies.mjs";

export const SECRET = "ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";
export const MARK = "[REDACTED_SECRET]";
export const FAILED = "[REDACTED_FAILED]";
export const PROJECT_KEY =
  "pq8Rt5Vw2Xy9Za4Bc7De1Fg6Hj3Kl0Mn8Pq5Rs2Tu9Vw4Xy7Za1Bc6De3Fg0Hj9Kl";

/** Keeps requests and what is said on the console, from now until the test ends. */
export function startKeeping(t) {
  const server = keepBodies();
  const said = [];
  for (const method of ["log", "warn"])
    t.mock.method(console, method, (...args) => said.push(args.join(" ")));
  return {
    server,
    said,
    initialize(options) {
      Laminar.initialize({
        projectApiKey: PROJECT_KEY,
        baseUrl: "http://laminar.internal",
        fetch: server.fetch,
        ...options,
      });
    },
    /** Sends a span with this input; returns its input as it was sent, its attributes, and the report. */
    async sent(input, options) {
      this.initialize(options);
      Laminar.startSpan({ name: "sent", input }).end();
      const report = await Laminar.flush();
      const { attributes } = server.spans.at(-1);
      return { text: attributes["lmnr.span.input"], attributes, report };
    },
  };
}
