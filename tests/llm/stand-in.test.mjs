import test from "node:test";
import assert from "node:assert/strict";
import { cutAtRandom, startStandIn } from "./stand-in/server.mjs";
import { allCases } from "./support/cases.mjs";

async function standIn(t, answers) {
  const server = await startStandIn({ answers });
  t.after(() => server.close());
  return server;
}
const post = (url, init) => fetch(url, { method: "POST", body: "{}", ...init });

test("every body arrives unchanged, however it is cut", async (t) => {
  const server = await standIn(t);
  for (const [seed, { id, body, response }] of allCases().entries()) {
    server.answer({ case: id, cut: seed % 2 ? cutAtRandom(seed) : "events" });
    const answer = await post(server.url);
    assert.equal(answer.status, response.status);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body, id);
  }
});

test("a list of answers is given in turn, and the last one repeats", async (t) => {
  const server = await standIn(t, [
    { status: 429 },
    { status: 429, body: { error: {} } },
    "openai-chat/plain",
  ]);
  const statuses = [];
  for (let turn = 0; turn < 4; turn++)
    statuses.push((await post(server.url)).status);
  assert.deepEqual(statuses, [429, 429, 200, 200]);
  assert.equal(server.requests.length, 4);
});

test("breakAfter breaks the connection", async (t) => {
  const server = await standIn(t, {
    case: "openai-chat/stream-text",
    breakAfter: 2,
    pauseMs: 5,
  });
  const answer = await post(server.url);
  await assert.rejects(answer.text());
});

test("a client that disconnects is noticed", async (t) => {
  const server = await standIn(t, {
    case: "openai-chat/stream-text",
    hangAfter: 3,
  });
  const answer = await post(server.url);
  const reader = answer.body.getReader();
  await reader.read();
  await reader.cancel();
  await server.until(() => server.requests[0].left);
});

test("its fetch sends a call to the stand-in, with path and query", async (t) => {
  const server = await standIn(t, "openai-chat/plain");
  await server.fetch("https://api.openai.com/v1/chat/completions?a=1", {
    method: "POST",
    body: "{}",
  });
  await server.fetch(
    new Request("https://api.openai.com/v1/x", { method: "POST", body: "{}" }),
  );
  assert.deepEqual(
    server.requests.map(({ path, text }) => [path, text]),
    [
      ["/v1/chat/completions?a=1", "{}"],
      ["/v1/x", "{}"],
    ],
  );
});
