// Starts the server of an example, whose spans go to a collector of the test.

import { start } from "../../tests/runtimes/support/program.mjs";

/** Resolves to its process, once it has said where it listens: that is its `url`. */
export async function startServer(t, collector, { folder, command, key }) {
  const [program, ...args] = command;
  const child = start(t, program, args, {
    cwd: folder,
    env: {
      ...process.env,
      LMNR_PROJECT_API_KEY: key ?? "key",
      LMNR_BASE_URL: collector.url,
      PORT: "0",
    },
  });
  child.url = await child.said(/(http:\/\/[\w.:[\]]+\d)/);
  return child;
}
