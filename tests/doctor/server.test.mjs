// What the doctor reports for each answer of a server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deadUrl } from "../package/support/collector.mjs";
import {
  examine,
  GOOD,
  KEY,
  makeProject,
  PROJECT,
  startLaminar,
} from "./support/project.mjs";

async function ask(t, answers, args = []) {
  const laminar = await startLaminar(t, answers);
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  const all = ["--no-workerd", "--base-url", laminar.url, ...args];
  const seen = await examine(folder, all, { LMNR_PROJECT_API_KEY: KEY });
  assert.ok(!seen.stdout.includes(KEY), "no key in what is printed");
  assert.equal(seen.stderr, "");
  return {
    ...seen,
    posts: laminar.requests.filter(({ method }) => method === "POST"),
  };
}

test("a server that takes the span is ok, and so is a key that may read", async (t) => {
  const { status, report, one, posts } = await ask(t);
  assert.equal(status, 0, JSON.stringify(report.findings, null, 1));
  assert.equal(report.ok, true);
  assert.equal(report.count.warn + report.count.fail, 0);
  assert.match(
    one("key at the server").text,
    new RegExp(`${PROJECT}.*may read`),
  );
  assert.equal(posts.length, 1);
  assert.equal(posts[0].key, KEY);
  assert.deepEqual(
    posts[0].spans.map(({ name }) => name),
    ["laminar-edge doctor"],
  );
  const { traceId } = posts[0].spans[0];
  const [, shown] = /trace ([0-9a-f-]+)/.exec(one("probe").text);
  assert.equal(shown.replaceAll("-", ""), traceId);
});

test("a key for ingestion only is recognized", async (t) => {
  const { status, one } = await ask(t, { project: "404" });
  assert.equal(status, 0);
  assert.match(one("key at the server").text, /ingestion only/);
});

test("the key is not checked at a server that is not Laminar's", async (t) => {
  const { status, one } = await ask(t, { project: { body: "<html>" } });
  assert.equal(status, 0);
  assert.equal(one("key at the server").status, "skip");
});

test("no span is sent with a key that was refused", async (t) => {
  const { status, one, of, posts } = await ask(t, { project: "401" });
  assert.equal(status, 1);
  const { text, fix } = one("key at the server");
  assert.match(text, /401.*expired/);
  assert.ok(
    fix.some(
      ({ run }) => run === "npx wrangler secret put LMNR_PROJECT_API_KEY",
    ),
  );
  assert.equal(posts.length, 0);
  assert.deepEqual(of("probe"), []);
});

const REFUSALS = {
  401: /401.*expired/,
  403: /usage limit/,
  404: /no Laminar at this URL/,
  413: /proxy/,
  400: /rejected/,
};
for (const [traces, expected] of Object.entries(REFUSALS))
  test(`the answer ${traces} to the span is a failure with its reason`, async (t) => {
    const { status, one, posts } = await ask(t, { project: "404", traces });
    assert.equal(status, 1);
    assert.equal(one("probe").status, "fail");
    assert.match(one("probe").text, expected);
    assert.equal(posts.length, 1);
  });

test("a span rejected in a partial success is a failure", async (t) => {
  const { status, one } = await ask(t, { traces: "partial:1" });
  assert.equal(status, 1);
  assert.match(one("probe").text, /rejected the span.*rejected: 1/);
});

test("a server that answers 503 is a failure with advice to try later", async (t) => {
  const { status, one } = await ask(t, { traces: "503" }, [
    "--timeout",
    "1000",
  ]);
  assert.equal(status, 1);
  assert.match(one("probe").text, /503.*try again later/);
});

test("a span without an answer is a failure", async (t) => {
  const { status, one } = await ask(t, { traces: "hang" }, [
    "--timeout",
    "500",
  ]);
  assert.equal(status, 1);
  assert.match(one("probe").text, /no answer within 500 ms/);
});

test("no span is sent to a server that answers nothing", async (t) => {
  const { status, one, of } = await ask(t, { get: "hang" }, [
    "--timeout",
    "300",
  ]);
  assert.equal(status, 1);
  assert.match(one("server").text, /no answer within 300 ms/);
  assert.deepEqual(of("probe"), []);
});

test("a slow answer is ok", async (t) => {
  const { status, one } = await ask(t, { traces: "slow-headers:700" });
  assert.equal(status, 0);
  assert.equal(one("probe").status, "ok");
});

test("a server that resets connections is a failure", async (t) => {
  const { status, one } = await ask(t, { get: "reset-after-body" });
  assert.equal(status, 1);
  assert.match(one("server").text, /reset/);
});

test("a port without a server and an unknown host name are failures", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  for (const [url, code] of [
    [deadUrl(), /nobody listens there \(ECONNREFUSED\)/],
    ["http://no-such-host.invalid", /\((ENOTFOUND|EAI_AGAIN)\)/],
  ]) {
    const { status, one } = await examine(
      folder,
      ["--no-workerd", "--base-url", url],
      { LMNR_PROJECT_API_KEY: KEY },
    );
    assert.equal(status, 1);
    assert.match(one("server").text, code);
  }
});

test("--no-probe sends no span, and --offline makes no request", async (t) => {
  const laminar = await startLaminar(t);
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  const asked = (...args) =>
    examine(folder, ["--no-workerd", "--base-url", laminar.url, ...args], {
      LMNR_PROJECT_API_KEY: KEY,
    });
  assert.equal((await asked("--offline")).status, 0);
  assert.equal(laminar.requests.length, 0);
  assert.equal((await asked("--no-probe")).status, 0);
  assert.ok(laminar.requests.length > 0);
  assert.ok(laminar.requests.every(({ method }) => method === "GET"));
});

const URLS = [
  [
    "https://lmnr.ai",
    "fail",
    /is the site/,
    "LMNR_BASE_URL=https://api.lmnr.ai",
  ],
  [
    "https://api.lmnr.ai/v1/traces",
    "fail",
    /adds \/v1\/traces/,
    "LMNR_BASE_URL=https://api.lmnr.ai",
  ],
  [
    "https://api.lmnr.ai:8443",
    "warn",
    /gRPC/,
    "LMNR_BASE_URL=https://api.lmnr.ai",
  ],
  [
    "http://laminar.internal:8001",
    "warn",
    /gRPC/,
    "LMNR_BASE_URL=http://laminar.internal:8000",
  ],
  ["ftp://laminar.internal", "fail", /no http/, undefined],
  [
    "https://laminar.internal/base/",
    "ok",
    /https:\/\/laminar\.internal\/base,/,
    undefined,
  ],
  ["https://api.lmnr.ai/", "ok", /Laminar's cloud/, undefined],
];
test("mistakes in a base URL are explained", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  for (const [url, status, text, line] of URLS) {
    const { one } = await examine(folder, ["--no-workerd", "--offline"], {
      LMNR_PROJECT_API_KEY: KEY,
      LMNR_BASE_URL: url,
    });
    const region = one("region");
    assert.equal(region.status, status, url);
    assert.match(region.text, text);
    assert.equal(region.fix?.[0].line, line);
  }
});

test("a local base URL in the configuration is a warning", async (t) => {
  const vars = { LMNR_BASE_URL: "http://localhost:8000" };
  const config = { compatibility_date: "2026-04-01", vars };
  const files = { "wrangler.json": JSON.stringify(config) };
  const folder = makeProject(t, { files });
  const { one } = await examine(folder, ["--no-workerd", "--offline"]);
  assert.equal(one("region").status, "warn");
  assert.match(one("region").text, /vars of wrangler\.json.*localhost/);
});
