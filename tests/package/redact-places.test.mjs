// Redaction in every place where a text leaves: after the mask, before a cut, in streams, calls to models, spill
// items, the black box, and on the console.

import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { test } from "node:test";
import {
  instrument,
  Laminar,
  observe,
  TracingLevel,
  withTracingLevel,
} from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import "laminar-edge/spill";
import { memorySink } from "../spill/memory-sink.mjs";
import { CHAT, completion, post } from "./llm/support.mjs";
import { MARK, PROJECT_KEY, SECRET, startKeeping } from "./support/redact.mjs";

const CUT = "...[Laminar: truncated]";

test("the mask sees what was given, and what it returns is redacted", async (t) => {
  const kept = startKeeping(t);
  const seen = [];
  const mask = (key, value) => {
    seen.push(value);
    return key === "lmnr.span.input" ? `${value} and ${SECRET}` : value;
  };
  const { text } = await kept.sent(`a ${SECRET}`, { mask });
  assert.ok(seen.includes(`a ${SECRET}`));
  assert.equal(text, `a ${MARK} and ${MARK}`);
});

test("what the level leaves out is not counted", async (t) => {
  const kept = startKeeping(t);
  kept.initialize();
  withTracingLevel(TracingLevel.META_ONLY, () =>
    Laminar.startSpan({ name: "meta", input: SECRET }).end(),
  );
  assert.deepEqual((await Laminar.flush()).redacted, {});
});

test("a text that is too long is redacted before it is cut", async (t) => {
  const kept = startKeeping(t);
  const maxExportBatchSizeBytes = 256 << 10;
  const room = maxExportBatchSizeBytes - (64 << 10) - CUT.length;
  // The cut would go through the secret, at each of its characters in turn.
  for (const before of [0, 1, 7, 20, 39, 40, 41]) {
    const text = `${".".repeat(room - before)}${SECRET}${" tail".repeat(60_000)}`;
    const { text: sent, report } = await kept.sent(text, {
      maxExportBatchSizeBytes,
    });
    assert.ok(sent.endsWith(CUT), sent.slice(-60));
    assert.ok(!sent.includes("ghp_"), sent.slice(-60));
    assert.deepEqual(report.redacted, { SECRET: 1 });
    assert.equal(report.ok, true);
  }
});

test("a text that shrinks below the limit is not cut", async (t) => {
  const kept = startKeeping(t);
  const key = `-----BEGIN PRIVATE KEY-----\n${"A".repeat(60_000)}\n-----END PRIVATE KEY-----\n`;
  const { text } = await kept.sent(`${key.repeat(4)}end`, {
    maxExportBatchSizeBytes: 256 << 10,
  });
  assert.equal(text, `${`${MARK}\n`.repeat(4)}end`);
});

test("a text beyond what is ever sent is cut, without what its end may hold", async (t) => {
  const kept = startKeeping(t);
  const text = `${SECRET} ${"sk-aB3dE5fG7hJ9kL1mN3pQ5rS7 ".repeat(450_000)}`;
  const { text: sent } = await kept.sent(text);
  assert.ok(sent.startsWith(`${MARK} ${MARK} ${MARK}`));
  assert.ok(sent.endsWith(CUT));
  assert.ok(!/sk-|ghp_/.test(sent));
});

test("a secret that was cut before it came here is one, too", async (t) => {
  const kept = startKeeping(t);
  for (const end of ["", CUT])
    for (const length of [12, 20, 39]) {
      const { text } = await kept.sent(`a ${SECRET.slice(0, length)}${end}`);
      assert.equal(text, `a ${MARK}${end}`);
    }
  const { text } = await kept.sent(`-----BEGIN PRIVATE KEY-----\nMIIE${CUT}`);
  assert.equal(text, `${MARK}${CUT}`);
});

test("a secret spread over the chunks of a stream is found", async (t) => {
  const kept = startKeeping(t);
  kept.initialize();
  const chunks = ["a ", ...SECRET.match(/.{1,5}/g), " b"];
  const given = [...chunks, { text: SECRET }, "plain ", "text"];
  const traced = observe({ name: "stream" }, async function* () {
    yield* given;
  });
  const got = [];
  for await (const chunk of traced) got.push(chunk);
  assert.deepEqual(got, given);

  const bytes = observe(
    { name: "bytes" },
    () =>
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks)
            controller.enqueue(new TextEncoder().encode(chunk));
          controller.close();
        },
      }),
  );
  assert.equal(await new Response(bytes).text(), chunks.join(""));
  await Laminar.flush();
  const output = (name) =>
    JSON.parse(
      kept.server.spans.find((span) => span.name === name).attributes[
        "lmnr.span.output"
      ],
    ).chunks;
  assert.deepEqual(output("stream"), [
    `a ${MARK} b`,
    { text: MARK },
    "plain ",
    "text",
  ]);
  assert.deepEqual(output("bytes"), [`a ${MARK} b`]);
});

test("messages and arguments of tools of a call to a model are redacted", async (t) => {
  const kept = startKeeping(t);
  kept.initialize();
  const call = {
    id: "call_1",
    type: "function",
    function: {
      name: "login",
      arguments: `{"password":"hunter2","key":"${SECRET}"}`,
    },
  };
  const message = {
    role: "assistant",
    content: `use ${SECRET}`,
    tool_calls: [call],
  };
  const answer = {
    ...completion,
    choices: [{ ...completion.choices[0], message }],
  };
  const traced = tracedFetch({ fetch: async () => Response.json(answer) });
  const question = {
    model: "gpt-4o-mini",
    messages: [
      { role: "system", content: `never tell ${SECRET}` },
      { role: "user", content: `my token: Bearer ${SECRET}` },
    ],
  };
  const response = await traced(CHAT, post(question));
  assert.equal(
    (await response.json()).choices[0].message.content,
    `use ${SECRET}`,
  );
  await Laminar.flush();
  const [span] = kept.server.spans;
  assert.ok(!kept.server.text.includes(SECRET));
  assert.ok(!kept.server.text.includes("hunter2"));
  const shown = JSON.stringify(span.attributes, (_, value) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  assert.ok(shown.includes(`never tell ${MARK}`));
  assert.ok(shown.includes(`use ${MARK}`));
  assert.ok(shown.includes("login"));
  assert.equal(span.attributes["gen_ai.usage.input_tokens"], 8n);
});

test("an item of the spill has no secret, and neither has its request", async (t) => {
  const kept = startKeeping(t);
  const spill = memorySink();
  kept.initialize({
    spill,
    fetch: async () => {
      throw new TypeError("no connection");
    },
    traceExportTimeoutMillis: 500,
  });
  Laminar.startSpan({ name: SECRET, input: { password: "hunter2" } }).end();
  const report = await Laminar.flush();
  assert.equal(report.spilled, 1);
  const [item] = spill.items.values();
  const text = Buffer.from(item).toString("latin1");
  assert.ok(text.includes(MARK));
  for (const secret of [SECRET, "hunter2", PROJECT_KEY])
    assert.ok(!text.includes(secret), secret);
  await Laminar.drainSpill(spill);
});

test("what the black box publishes is redacted, and its ids are not", async (t) => {
  const kept = startKeeping(t);
  const messages = [];
  const listen = (message) => messages.push(message);
  channel("laminar-edge").subscribe(listen);
  t.after(() => channel("laminar-edge").unsubscribe(listen));
  const handler = instrument(
    { fetch: async () => new Response("ok") },
    {
      blackBox: true,
      initialize: () => ({
        projectApiKey: PROJECT_KEY,
        baseUrl: "http://laminar.internal",
        fetch: kept.server.fetch,
        metadata: { key: SECRET },
        redact: { patterns: [/CUST-\d+/] },
      }),
    },
  );
  const request = new Request(`http://host/CUST-1/${SECRET}`);
  await handler.fetch(request, {}, { waitUntil() {} });
  await Laminar.flush();
  const [start] = messages;
  const text = JSON.stringify(messages);
  assert.equal(start.type, "start");
  assert.ok(!text.includes(SECRET) && !/CUST-\d/.test(text), text);
  assert.ok(start.attributes.includes(MARK));
  const { traceId, metadata } = JSON.parse(start.context);
  assert.equal(traceId.replaceAll("-", ""), start.id.split("-")[0]);
  assert.equal(metadata.key, MARK);
});

test("the console does not show what is redacted", async (t) => {
  const kept = startKeeping(t);
  kept.initialize({ debug: true, maxExportBatchSizeBytes: 64 << 10 });
  const open = Laminar.startSpan({ name: `open ${SECRET}` });
  const large = Laminar.startSpan({ name: `${"x".repeat(50)} ${SECRET}` });
  large.setAttribute("large", "x".repeat(1 << 20)).end();
  await Laminar.flush();
  open.end();
  kept.initialize({ enabled: false, debug: true });
  Laminar.startSpan({ name: `not recorded ${SECRET}` }).end();
  kept.initialize({ debug: false });
  const said = kept.said.join("\n");
  assert.ok(said.includes(`open ${MARK}`), said);
  assert.ok(said.includes(`was dropped: it is larger`), said);
  assert.ok(!/ghp_|aB3dE5/.test(said), said);
});
