import test from "node:test";
import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

// Node 20 has no WebSocket.

test("messages are traces of one session, sent without a flush", async (t) => {
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector);
  const socket = new WebSocket(`${address.replace("http", "ws")}/room`);
  await new Promise((resolve) => socket.on("open", resolve));
  const ask = (text) =>
    new Promise((resolve) => {
      socket.once("message", (data) => resolve(String(data)));
      socket.send(text);
    });

  assert.equal(await ask("hello there"), "you said 2 words");
  await collector.until(() => collector.spans.length === 2);
  assert.equal(await ask("and how are you"), "you said 4 words");
  await collector.until(() => collector.spans.length === 4);

  const turns = collector.spans.filter(({ name }) => name === "turn");
  const of = (key) => new Set(turns.map((turn) => turn[key]));
  assert.equal(of("traceId").size, 2);
  const sessions = turns.map(
    ({ attributes }) => attributes["lmnr.association.properties.session_id"],
  );
  assert.equal(new Set(sessions).size, 1);
  assert.ok(sessions[0]);
  socket.terminate();
});
