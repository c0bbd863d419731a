// Redaction: what is replaced in a span by default, and how it is counted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { MARK, PROJECT_KEY, SECRET, startKeeping } from "./support/redact.mjs";

test("by default secrets are replaced everywhere in a span, and counted", async (t) => {
  const { initialize, said, server } = startKeeping(t);
  initialize();
  const before = Laminar.stats().redacted.SECRET ?? 0;
  const span = Laminar.startSpan({
    name: `call ${SECRET}`,
    input: { password: "hunter2", text: `é ${SECRET}`, maxTokens: 7 },
    tags: [SECRET],
    metadata: { key: SECRET },
    userId: SECRET,
  });
  span
    .setAttribute("dbPassword", "hunter2")
    .setAttribute("list", ["a", SECRET])
    .setAttribute("large", "word ".repeat(200) + SECRET)
    .setAttribute("largest", `${"é".repeat(50_000)} ${SECRET} end`)
    .addEvent(`event ${SECRET}`, { text: SECRET, list: [SECRET] })
    .addLink({
      context: { traceId: "1".repeat(32), spanId: "2".repeat(16) },
      attributes: { text: SECRET },
    })
    .setStatus({ code: 2, message: SECRET })
    .recordException(new Error(`failed with ${SECRET}`));
  span.setOutput(`${"long ".repeat(1000)}${PROJECT_KEY}`);
  span.end();
  const report = await Laminar.flush();
  const body = server.text;
  assert.ok(!body.includes(SECRET) && !body.includes(PROJECT_KEY));
  assert.ok(!body.includes("hunter2"));

  const [found] = server.spans;
  assert.equal(found.name, `call ${MARK}`);
  assert.deepEqual(found.attributes["lmnr.span.path"], [found.name]);
  assert.equal(
    found.attributes["lmnr.span.input"],
    `{"password":"${MARK}","text":"é ${MARK}","maxTokens":7}`,
  );
  assert.equal(found.attributes.dbPassword, MARK);
  assert.deepEqual(found.attributes.list, ["a", MARK]);
  assert.ok(found.attributes.largest.endsWith(`é ${MARK} end`));
  assert.ok(found.attributes["lmnr.span.output"].endsWith(`long ${MARK}`));
  assert.deepEqual(
    { ...found.events[0].attributes },
    {
      text: MARK,
      list: [MARK],
    },
  );
  assert.match(
    found.events[1].attributes["exception.stacktrace"],
    /^Error: failed with \[REDACTED_SECRET\]\n/,
  );
  assert.equal(found.links[0].attributes.text, MARK);
  assert.equal(found.status.message, MARK);

  const marks = body.split(MARK).length - 1;
  assert.equal(found.attributes["laminar.redacted"], `{"SECRET":${marks}}`);
  assert.deepEqual(report.redacted, { SECRET: marks });
  assert.equal(Laminar.stats().redacted.SECRET, before + marks);
  assert.deepEqual((await Laminar.flush()).redacted, {});
  assert.deepEqual(said, []);
});

test("names are seen in maps, in lists of headers and in attributes", async (t) => {
  const { initialize, server } = startKeeping(t);
  initialize();
  const span = Laminar.startSpan({
    name: "call",
    input: new Map([
      ["user", "ada"],
      ["password", "hunter2"],
    ]),
  });
  span
    .setAttribute("auth", "hunter2hunter2")
    .setAttribute("basic.auth", "required")
    .setAttribute("pwd", "/srv/hunter2");
  span.setOutput({
    credentials: "include",
    headers: [{ name: "authorization", value: "hunter2" }],
  });
  span.end();
  await Laminar.flush();
  const { attributes } = server.spans[0];
  assert.equal(
    attributes["lmnr.span.input"],
    `[["user","ada"],["password","${MARK}"]]`,
  );
  assert.equal(
    attributes["lmnr.span.output"],
    `{"credentials":"include","headers":[{"name":"authorization","value":"${MARK}"}]}`,
  );
  assert.equal(attributes.auth, MARK);
  assert.equal(attributes["basic.auth"], "required");
  assert.equal(attributes.pwd, "/srv/hunter2");
});

test("without anything to replace, the bytes are the same as without redaction", async (t) => {
  const kept = startKeeping(t);
  const input = { text: "sk-learn, token count 12, é 日本 🙂", cursor: "next" };
  const bytes = [];
  for (const redact of [false, undefined, "strict"]) {
    const { attributes } = await kept.sent(input, { redact });
    assert.ok(!("laminar.redacted" in attributes));
    bytes.push(kept.server.bodies.at(-1).length);
  }
  assert.equal(new Set(bytes).size, 1);
  const { text } = await kept.sent(SECRET, { redact: false });
  assert.equal(text, SECRET);
});
