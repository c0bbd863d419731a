// Runs rotel, another project's OpenTelemetry collector, which prints what it decodes.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "./port.mjs";

const LIBRARIES = new URL("../../../.tools/venv/lib/", import.meta.url);

function agent() {
  const [python] = readdirSync(LIBRARIES).filter((name) =>
    /^python3/.test(name),
  );
  return fileURLToPath(
    new URL(`${python}/site-packages/rotel/rotel-agent`, LIBRARIES),
  );
}

/** `{ url, spans() }`; `spans(count)` waits until that many were printed. */
export async function startRotel() {
  const [http, grpc] = [await freePort(), await freePort()];
  const child = spawn(
    agent(),
    [
      "start",
      ...["--exporter", "blackhole"],
      ...["--debug-log", "traces"],
      ...["--debug-log-verbosity", "detailed"],
      ...["--otlp-http-endpoint", `127.0.0.1:${http}`],
      ...["--otlp-grpc-endpoint", `127.0.0.1:${grpc}`],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (printed += text));
  const closed = new Promise((done) => child.on("close", done));
  await until(() => accepts(http), "rotel did not start");
  return {
    url: `http://127.0.0.1:${http}`,
    async spans(count) {
      let spans;
      // The last lines may not have arrived yet, so the output is read again.
      let before;
      await until(() => {
        const complete = printed === before;
        before = printed;
        spans = parse(printed);
        return complete && spans.length >= count;
      }, "rotel did not print the spans");
      return spans;
    },
    stop() {
      child.kill();
      return closed;
    },
  };
}

/** Parses blocks of "Span #0", fields of "Name : value", lists of "-> key: Type(value)". */
function parse(printed) {
  return printed
    .split(/^Span #\d+$/m)
    .slice(1)
    .map((block) => {
      const [head, events = ""] = block.split(/^Events:$/m);
      const field = (name) =>
        head.match(new RegExp(`^ *${name} *: ?(.*)$`, "m"))?.[1];
      return {
        traceId: field("Trace ID"),
        parentId: field("Parent ID"),
        id: field("ID"),
        name: field("Name"),
        start: field("Start time"),
        end: field("End time"),
        status: field("Status code"),
        message: field("Status message"),
        attributes: list(head),
        events: events
          .split(/^SpanEvent #\d+$/m)
          .slice(1)
          .map((event) => ({
            name: event.match(/-> Name: (.*)/)[1],
            time: event.match(/-> Timestamp: (.*)/)[1],
            attributes: list(event.split("Attributes::")[1] ?? ""),
          })),
      };
    });
}

function list(text) {
  const entries = text.matchAll(/^ +-> (.+?): ([A-Z][a-z]+(?:\([^]*?\))?)$/gm);
  return Object.fromEntries([...entries].map(([, key, value]) => [key, value]));
}

async function until(condition, otherwise) {
  const gaveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > gaveUpAt) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
