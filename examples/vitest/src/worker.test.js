// Asserts inside workerd what a Worker records.

import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock, InMemorySpanExporter } from "laminar-edge/testing";
import worker, { agent } from "./worker.js";

let exporter;
let clock;
beforeEach(() => {
  exporter = new InMemorySpanExporter().install();
  clock = new FakeClock().install();
});
afterEach(() => {
  exporter.uninstall();
  clock.uninstall();
});

test("the agent reads the question", async () => {
  expect(await agent("why is the sky blue")).toBe("5 words");
  const [read] = exporter.getFinishedSpans();
  expect(read.attributes["lmnr.span.type"]).toBe("TOOL");
  expect(read.attributes["lmnr.span.input"]).toBe('["why is the sky blue"]');
});

test("a request is one trace", async () => {
  const waiting = [];
  const ctx = { waitUntil: (promise) => waiting.push(promise) };
  const request = new Request("http://worker.example/?q=why+not");
  const response = await worker.fetch(request, {}, ctx);
  expect(await response.text()).toBe("2 words");
  await Promise.all(waiting);
  const paths = exporter.getFinishedSpans().map(({ path }) => path.join("/"));
  expect(paths).toEqual(["answer/read", "answer"]);
});
