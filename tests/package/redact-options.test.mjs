// Each form of the option `redact`, and what is said of one that makes no sense.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { FAILED, MARK, SECRET, startKeeping } from "./support/redact.mjs";

const TEXT = `key ${SECRET}, card 4111 1111 1111 1111, mail ada@example.com, from 8.8.8.8`;
const KEY = "00112233445566778899aabbccddeeff";
const card = "[REDACTED_ACCOUNT_NUMBER]";
const mail = "[REDACTED_PRIVATE_EMAIL]";

const FORMS = {
  true: [true, `key ${MARK}, card 4111 1111 1111 1111, mail ada@example.com`],
  secrets: [
    "secrets",
    `key ${MARK}, card 4111 1111 1111 1111, mail ada@example.com, from 8.8.8.8`,
  ],
  pii: ["pii", `key ${MARK}, card ${card}, mail ${mail}, from 8.8.8.8`],
  strict: [
    "strict",
    `key ${MARK}, card ${card}, mail ${mail}, from [REDACTED_PRIVATE_IP]`,
  ],
  false: [false, TEXT],
  "an empty object": [{}, `key ${MARK}, card 4111`],
  "one detector": [
    { detect: ["emails"] },
    `key ${SECRET}, card 4111 1111 1111 1111, mail ${mail}, from 8.8.8.8`,
  ],
  "a preset and a detector": [
    { detect: ["secrets", "ips"] },
    `key ${MARK}, card 4111 1111 1111 1111, mail ada@example.com, from [REDACTED_PRIVATE_IP]`,
  ],
  "no detector": [{ detect: [] }, TEXT],
  allow: [
    { detect: ["pii"], allow: ["ada@example.com"] },
    "mail ada@example.com",
  ],
  replace: [
    { detect: ["pii"], replace: (label) => `<${label.toLowerCase()}>` },
    "key <secret>, card <account_number>, mail <private_email>, from",
  ],
  "a replace that throws for some": [
    {
      detect: ["pii"],
      replace(label) {
        if (label === "SECRET") throw new Error(SECRET);
        return label === "PRIVATE_EMAIL" ? 7 : "…";
      },
    },
    `key ${MARK}, card …, mail ${mail}`,
  ],
  "a replace that would break JSON": [
    { replace: (label) => `"${label}\\\n"` },
    "key SECRET, card",
  ],
};

for (const [what, [redact, expected]] of Object.entries(FORMS)) {
  test(`redact: ${what}`, async (t) => {
    const { text } = await startKeeping(t).sent(TEXT, { redact });
    assert.ok(text.includes(expected), text);
  });
}

test("keys hides what stands under further names", async (t) => {
  const { text } = await startKeeping(t).sent(
    { birthDate: "1815-12-10", password: "x", other: { birthdate: "y" }, n: 1 },
    { redact: { keys: ["birthDate"] } },
  );
  assert.deepEqual(JSON.parse(text), {
    birthDate: MARK,
    password: MARK,
    other: { birthdate: MARK },
    n: 1,
  });
});

test("with a key, equal values have equal marks, the same as in Rust", async (t) => {
  const kept = startKeeping(t);
  const redact = { detect: ["pii"], hash: KEY };
  const { text } = await kept.sent("ada@example.com", { redact });
  // redact/tests/detectors.rs has the same mark.
  assert.equal(text, "[EMAIL_782effae]");
  const again = await kept.sent(`ada@example.com ${SECRET}`, { redact });
  assert.match(again.text, /^\[EMAIL_782effae\] \[SECRET_[0-9a-f]{8}\]$/);
  const other = { detect: ["pii"], hash: KEY.replace("00", "01") };
  const changed = await kept.sent("ada@example.com", { redact: other });
  assert.notEqual(changed.text, text);
});

test("patterns are replaced as secrets, whatever their flags", async (t) => {
  const kept = startKeeping(t);
  const pattern = /cust-\d+/iy;
  pattern.lastIndex = 3;
  const redact = {
    detect: [],
    patterns: [pattern, /(?<=x)y/u, /z*/g],
    allow: ["CUST-7"],
  };
  kept.initialize({ redact });
  const parent = Laminar.startSpan({ name: "for CUST-12" });
  const child = Laminar.startSpan({ name: "child cust-3", parent });
  child
    .setAttribute("list", ["CUST-1", "CUST-7", null])
    .setAttribute("text", "xy cust-99 zzz cust-98")
    .addEvent("CUST-4", { of: "CUST-4" })
    .addLink({
      context: { traceId: "1".repeat(32), spanId: "2".repeat(16) },
      attributes: { of: "CUST-4" },
    })
    .setStatus({ code: 2, message: "CUST-4" })
    .setOutput("CUST-4")
    .end();
  parent.end();
  Laminar.startSpan({ name: "late", parent: child }).end();
  const { redacted } = await Laminar.flush();
  const [first, second, third] = kept.server.spans;
  assert.equal(first.name, `child ${MARK}`);
  assert.deepEqual(first.attributes["lmnr.span.path"], [
    `for ${MARK}`,
    `child ${MARK}`,
  ]);
  assert.deepEqual(first.attributes.list, [MARK, "CUST-7", null]);
  assert.equal(first.attributes.text, `x${MARK} ${MARK} ${MARK} ${MARK}`);
  assert.equal(first.events[0].name, MARK);
  assert.equal(first.events[0].attributes.of, MARK);
  assert.equal(first.links[0].attributes.of, MARK);
  assert.equal(first.status.message, MARK);
  assert.equal(second.name, `for ${MARK}`);
  assert.deepEqual(third.attributes["lmnr.span.path"], [
    `for ${MARK}`,
    `child ${MARK}`,
    "late",
  ]);
  const marks = kept.server.text.split(MARK).length - 1;
  assert.deepEqual(redacted, { SECRET: marks });
  assert.equal(pattern.lastIndex, 3);
});

test("long texts are searched in slices, and none is missed where they meet", async (t) => {
  const kept = startKeeping(t);
  const near = 255 << 10;
  let text = "";
  for (let at = 0; text.length < 3 << 18; at++)
    text += text.length % near < 40 ? `CUST-${at} ` : ".".repeat(17);
  const found = text.match(/CUST-\d+/g).length;
  const redact = { detect: [], patterns: [/CUST-\d+/] };
  const { text: sent, report } = await kept.sent(text, { redact });
  assert.equal(sent, text.replace(/CUST-\d+/g, MARK));
  assert.deepEqual(report.redacted, { SECRET: found });
});

test("a text that a pattern cannot search is replaced whole", async (t) => {
  const kept = startKeeping(t);
  // More than the engine's stack holds.
  const groups = Array.from({ length: 60 }, (_, i) => `(${i}x)`).join("|");
  const redact = { patterns: [new RegExp(`(?:${groups}|(a))*b`)] };
  const { text, report } = await kept.sent("a".repeat(250_000), { redact });
  assert.equal(text, FAILED);
  assert.deepEqual(report.redacted, { FAILED: 1 });
  const { text: short } = await kept.sent("aab c", { redact });
  assert.equal(short, `${MARK} c`);
});

test("a pattern that takes long is not used again, and its text is not shown", async (t) => {
  const kept = startKeeping(t);
  // Each further letter doubles its time.
  const redact = { detect: [], patterns: [/(?:a+)+b/, /never/] };
  const hard = `${"a".repeat(26)}c `;
  const first = await kept.sent(hard + "word ".repeat(60_000), { redact });
  assert.equal(first.text, FAILED);
  assert.ok(kept.said.some((line) => line.includes("is not used again")));
  const { text } = await kept.sent("aab never", { redact });
  assert.equal(text, `aab ${MARK}`);
});

test("a pattern is used again after the process stood still during a search", async (t) => {
  const kept = startKeeping(t);
  const redact = { detect: [], patterns: [/CUST-\d+/] };
  const { now } = Date;
  let readings = 0;
  t.mock.method(Date, "now", () => {
    if (new Error().stack.includes("patterns.js")) readings++;
    // From the second reading on, which ends the first search.
    return now() + (readings > 1 ? 60 : 0);
  });
  for (const name of ["first", "second"]) {
    const { text } = await kept.sent(`${name} CUST-7`, { redact });
    assert.equal(text, `${name} ${MARK}`);
  }
  assert.ok(readings > 1);
  assert.deepEqual(kept.said, []);
});

test("what makes no sense is warned of, and secrets are replaced all the same", async (t) => {
  const kept = startKeeping(t);
  const { text } = await kept.sent(SECRET, { redact: "everything" });
  assert.equal(text, MARK);
  for (const redact of [
    7,
    ["secrets"],
    { detct: [] },
    { detect: ["secrets", "names"] },
    { keys: "password" },
    { allow: [7] },
    { patterns: ["x"] },
    { hash: "short" },
    { replace: "x" },
  ]) {
    const { text } = await kept.sent(SECRET, { redact });
    assert.equal(text, MARK);
  }
  const all = kept.said.join("\n");
  for (const expected of [
    'the option redact is ignored where it makes no sense: it takes true, false, "secrets"',
    "redact does not know the option detct",
    "redact.detect does not know names; it knows secrets, cards",
    "redact.keys is ignored where it makes no sense: it takes a list of strings",
    "redact.allow is ignored",
    "redact.patterns is ignored where it makes no sense: it takes a list of regular expressions",
    "redact.hash is ignored where it makes no sense: it takes a key of 32 hexadecimal digits",
    "redact.replace is ignored",
  ])
    assert.ok(all.includes(expected), expected);
});

test("each destination has its own redaction, and all keys are secrets", async (t) => {
  const kept = startKeeping(t);
  const other =
    "Zz1Yy2Xx3Ww4Vv5Uu6Tt7Ss8Rr9Qq0Pp1Oo2Nn3Mm4Ll5Kk6Jj7Ii8Hh9Gg0Ff1";
  kept.initialize({ redact: "pii" });
  const first = Laminar.startSpan({ name: "first", input: "ada@example.com" });
  kept.initialize({ projectApiKey: other, redact: false });
  Laminar.startSpan({ name: "second", input: "ada@example.com" }).end();
  first.setOutput(other).end();
  await Laminar.flush();
  const input = (name) =>
    kept.server.spans.find((span) => span.name === name).attributes;
  assert.equal(input("first")["lmnr.span.input"], mail);
  assert.equal(input("first")["lmnr.span.output"], MARK);
  assert.equal(input("second")["lmnr.span.input"], "ada@example.com");
});

test("names of models and ids are no personal data, and users are only with strict", async (t) => {
  const kept = startKeeping(t);
  for (const redact of ["pii", "strict"]) {
    kept.initialize({ redact });
    const span = Laminar.startSpan({ name: redact, userId: "ada@example.com" });
    span.setAttributes({
      "gen_ai.request.model": "ada@example.com",
      "gen_ai.response.id": SECRET,
    });
    span.end();
  }
  await Laminar.flush();
  const [pii, strict] = kept.server.spans.map(({ attributes }) => attributes);
  const user = "lmnr.association.properties.user_id";
  assert.equal(pii[user], "ada@example.com");
  assert.equal(strict[user], mail);
  for (const attributes of [pii, strict]) {
    assert.equal(attributes["gen_ai.request.model"], "ada@example.com");
    assert.equal(attributes["gen_ai.response.id"], MARK);
  }
});

test("detectors that are not known leave the secrets replaced", async (t) => {
  const kept = startKeeping(t);
  for (const detect of ["pii", null, ["everything"], 7]) {
    const { text } = await kept.sent(SECRET, { redact: { detect } });
    assert.equal(text, MARK, String(detect));
  }
});

test("a pattern that finds a part of a secret leaves no rest of it", async (t) => {
  const { text, report } = await startKeeping(t).sent(`a ${SECRET} b 123`, {
    redact: { patterns: [/E5f/, /123/] },
  });
  assert.equal(text, `a ${MARK} b ${MARK}`);
  assert.deepEqual(report.redacted, { SECRET: 2 });
});

test("what stands beside a match under a secret name does not stay", async (t) => {
  const { text } = await startKeeping(t).sent(
    { password: "CUST-7:hunter2", list: "CUST-7" },
    { redact: { patterns: [/CUST-\d/] } },
  );
  assert.deepEqual(JSON.parse(text), { password: MARK, list: MARK });
});

test("a pattern that matches nothing within a pair of surrogates comes to an end", async (t) => {
  const kept = startKeeping(t);
  for (const pattern of [/(?:)/u, /x*/u, /x*/v, /x*/]) {
    const { text } = await kept.sent("🙂🙂 x 🙂", {
      redact: { patterns: [pattern] },
    });
    assert.equal(text, `🙂🙂 ${pattern.source === "x*" ? MARK : "x"} 🙂`);
  }
});

test("a mark is cut to 256 code units", async (t) => {
  const { text, report } = await startKeeping(t).sent(SECRET, {
    redact: { replace: () => "x".repeat(100_000) },
  });
  assert.equal(text, "x".repeat(256));
  assert.equal(report.ok, true);
});
