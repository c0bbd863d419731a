// What another project's collector reads in our requests, from Node and from workerd.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Laminar } from "laminar-edge";
import { uuid } from "./support/outline.mjs";
import { startRotel } from "./support/rotel.mjs";
import { startWorker } from "./support/workerd.mjs";
import { recordEveryKind } from "./workers/every-kind.js";

const SENDERS = {
  async Node(_, options) {
    Laminar.initialize(options);
    const contexts = recordEveryKind(Laminar);
    const report = await Laminar.flush();
    await Laminar.shutdown();
    return { contexts, report };
  },
  async workerd(t, options) {
    const worker = await startWorker(t, "rotel.js", { flags: [] });
    return worker.call("", { options });
  },
};

describe("rotel", () => {
  let rotel;
  before(async () => {
    rotel = await startRotel();
  });
  after(() => rotel.stop());

  for (const [name, send] of Object.entries(SENDERS)) {
    test(`reads every field that ${name} sends`, async (t) => {
      const options = { projectApiKey: "key", baseUrl: rotel.url };
      const { contexts, report } = await send(t, options);
      assert.equal(report.ok, true, JSON.stringify(report));
      const sent = contexts.map(({ spanId }) => spanId);
      let found;
      for (let count = 2; (found?.length ?? 0) < 2; count++)
        found = (await rotel.spans(count)).filter(({ id }) =>
          sent.includes(id),
        );
      const [parent, child] = sent.map((spanId) =>
        found.find(({ id }) => id === spanId),
      );

      assert.equal(parent.name, "parent é日🙂");
      assert.equal(parent.traceId, contexts[0].traceId);
      assert.equal(parent.parentId, "");
      assert.equal(parent.start, "1700000000123500000");
      assert.equal(parent.end, "1700000001000000000");
      assert.equal(parent.status, "STATUS_CODE_ERROR");
      assert.equal(parent.message, "broken é");
      const expected = {
        "lmnr.span.path": "Slice(Str(parent é日🙂))",
        "lmnr.span.ids_path": `Slice(Str(${uuid(parent.id)}))`,
        "lmnr.span.instrumentation_source": "Str(javascript)",
        "lmnr.span.type": "Str(LLM)",
        "lmnr.span.input": 'Str([{"role":"user","content":"why?"}])',
        "lmnr.association.properties.tags": "Slice(Str(one), Str(two))",
        "lmnr.association.properties.session_id": "Str(session)",
        text: "Str(téxt 🙂)",
        empty: "Str()",
        large: `Str(${"日".repeat(1_000)})`,
        int: "Int(7)",
        negative: "Int(-5)",
        big: "Int(1099511627776)",
        bigint: "Int(-9223372036854775808)",
        double: "Double(0.5)",
        infinite: "Double(inf)",
        yes: "Bool(true)",
        no: "Bool(false)",
        bytes: "Bytes([0, 1, 254, 255, 7])",
        strings: "Slice(Str(a), Empty, Str(b))",
        numbers: "Slice(Int(1), Double(0.5), Int(-2))",
        booleans: "Slice(Bool(true), Bool(false))",
        none: "Slice()",
      };
      for (const [key, value] of Object.entries(expected))
        assert.equal(parent.attributes[key], value, key);
      assert.match(parent.attributes["lmnr.span.sdk_version"], /^Str\(\d/);
      assert.match(
        parent.attributes["lmnr.span.language_version"],
        name === "Node" ? /^Str\(node@/ : /^Str\(workerd\)$/,
      );

      const [event, exception] = parent.events;
      assert.equal(event.name, "event");
      assert.equal(event.time, "1700000000500000000");
      assert.equal(event.attributes.count, "Int(1)");
      assert.equal(event.attributes.what, "Str(é)");
      assert.equal(exception.name, "exception");
      assert.equal(exception.time, "1700000000600000000");
      assert.equal(exception.attributes["exception.type"], "Str(RangeError)");
      assert.equal(exception.attributes["exception.message"], "Str(too far)");
      assert.match(
        exception.attributes["exception.stacktrace"],
        /every-kind|worker/,
      );

      assert.equal(child.name, "child");
      assert.equal(child.traceId, parent.traceId);
      assert.equal(child.parentId, parent.id);
      assert.equal(child.status, "STATUS_CODE_OK");
      assert.equal(
        child.attributes["lmnr.span.path"],
        "Slice(Str(parent é日🙂), Str(child))",
      );
      assert.equal(
        child.attributes["lmnr.span.ids_path"],
        `Slice(Str(${uuid(parent.id)}), Str(${uuid(child.id)}))`,
      );
      assert.equal(
        child.attributes["lmnr.association.properties.session_id"],
        "Str(session)",
      );
      assert.equal(child.attributes["lmnr.span.type"], "Str(TOOL)");
      assert.ok(BigInt(child.end) >= BigInt(child.start));
    });
  }
});
