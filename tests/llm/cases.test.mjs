import test from "node:test";
import assert from "node:assert/strict";
import { allCases, lookAlikes } from "./support/cases.mjs";
import { eventFrame, exceptionFrame, framesOf } from "./support/frames.mjs";
import { readMessages } from "./support/shapes.mjs";

const KNOWN = ["json", "shown", "double", "oneOf", "optional", "mentions"];

for (const { id, what, call, span, body, response } of allCases())
  test(`${id}: ${what}`, () => {
    assert.match(call.format, /^[A-Z]\w+$/);
    assert.ok(Number.isInteger(response.status));
    assert.ok(body.length > 0 || span.incomplete || span.error);
    assert.equal(
      span.attributes["error.type"] !== undefined,
      span.error !== undefined,
    );
    for (const [key, value] of Object.entries(span.attributes)) {
      if (typeof value === "object" && !Array.isArray(value))
        assert.ok(KNOWN.includes(Object.keys(value)[0]), key);
      if (key.endsWith(".messages") && value.json)
        assert.ok(readMessages(value.json), `${key} would be shown raw`);
    }
  });

test("streams of Bedrock are made of frames with valid checksums", () => {
  const streams = allCases().filter(({ response }) =>
    response.contentType.endsWith("eventstream"),
  );
  assert.ok(streams.length > 0);
  for (const { id, body } of streams) {
    const frames = framesOf(body);
    assert.ok(frames.length > 0, id);
    for (const { bytes, headers, payload } of frames) {
      const event = headers[":event-type"];
      const made = event
        ? eventFrame(event, payload)
        : exceptionFrame(headers[":exception-type"], payload);
      assert.deepEqual(bytes, made, id);
    }
  }
});

test("each look-alike has a method, a URL and a reason", () => {
  for (const { what, method, url } of lookAlikes()) {
    assert.ok(what && method);
    new URL(url);
  }
});
