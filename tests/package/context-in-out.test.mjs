// Traces across services, and what is recorded of them: span contexts, tracing levels, masks.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  extractContext,
  injectContext,
  Laminar,
  observe,
  TracingLevel,
  withTracingLevel,
} from "laminar-edge";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { assertStoredAsSent } from "./support/stored.mjs";

let collector;
before(async () => {
  collector = await startCollector();
});
after(() => collector.close());

const initialize = (options) =>
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: collector.url,
    ...options,
  });

/** Returns the spans that `program` makes, by name. */
async function spansOf(program, options) {
  initialize(options);
  collector.requests.length = 0;
  await program();
  const report = await Laminar.flush();
  assert.equal(report.ok, true, JSON.stringify(report));
  assertBalanced(Laminar.stats());
  assertStoredAsSent(collector.spans);
  return Object.fromEntries(collector.spans.map((span) => [span.name, span]));
}

const IDS = {
  traceId: "01234567-89ab-cdef-0123-456789abcdef",
  spanId: "00000000-0000-0000-fedc-ba9876543210",
};
const PARENT = {
  ...IDS,
  isRemote: true,
  spanPath: ["root", "caller"],
  spanIdsPath: ["00000000-0000-0000-0000-00000000000a", IDS.spanId],
  userId: "u",
  sessionId: "s",
  metadata: { plan: "free", deep: { a: 1 } },
};

function assertContinues(span, { paths = true } = {}) {
  assert.equal(span.traceId, "0123456789abcdef0123456789abcdef");
  assert.equal(span.parentSpanId, "fedcba9876543210");
  const path = span.attributes["lmnr.span.path"];
  const ids = span.attributes["lmnr.span.ids_path"];
  // A parent without a path gets the name of its first child.
  assert.deepEqual(path, [
    ...(paths ? ["root", "caller"] : ["child"]),
    "child",
  ]);
  assert.equal(ids.length, path.length);
  assert.equal(ids.at(-2), IDS.spanId);
}

for (const [form, parentSpanContext] of Object.entries({
  "the object": PARENT,
  "the JSON text": JSON.stringify(PARENT),
  "the Python SDK's text": JSON.stringify({
    trace_id: IDS.traceId.toUpperCase(),
    span_id: IDS.spanId,
    is_remote: false,
    span_path: PARENT.spanPath,
    span_ids_path: PARENT.spanIdsPath,
    user_id: "u",
    session_id: "s",
    metadata: PARENT.metadata,
    trace_type: null,
    debug: null,
  }),
}))
  test(`a trace continues from ${form}`, async () => {
    const { child } = await spansOf(() =>
      observe({ name: "child", parentSpanContext }, () => 1),
    );
    assertContinues(child);
    const association = "lmnr.association.properties.";
    assert.equal(child.attributes[`${association}user_id`], "u");
    assert.equal(child.attributes[`${association}session_id`], "s");
    assert.equal(child.attributes[`${association}metadata.plan`], "free");
    assert.equal(child.attributes[`${association}metadata.deep`], '{"a":1}');
  });

test("a trace continues from a traceparent with its ids only", async () => {
  const parentSpanContext =
    "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01";
  const { child } = await spansOf(() =>
    observe({ name: "child", parentSpanContext }, () => 1),
  );
  assertContinues(child, { paths: false });
});

test("a value that is no span context begins a new trace, also below an active span", async () => {
  const zero = "00000000-0000-0000-0000-000000000000";
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
    },
  );
  const bad = ["", "x", "{}", 7, [], { ...IDS, traceId: zero }, hostile];
  bad.push("ff-0123456789abcdef0123456789abcdef-fedcba9876543210-01");
  bad.push("00-zz-fedcba9876543210-01", { ...IDS, spanId: "1" });
  for (const parentSpanContext of bad) {
    const { child, outer } = await spansOf(() =>
      observe({ name: "outer" }, () =>
        observe({ name: "child", parentSpanContext }, () => 1),
      ),
    );
    assert.equal(child.parentSpanId, "");
    assert.notEqual(child.traceId, outer.traceId);
  }
});

test("paths that do not match are left out, and the ids count", async () => {
  const misfits = [
    { ...PARENT, spanPath: ["one"] },
    { ...PARENT, spanIdsPath: ["no id", IDS.spanId] },
    { ...PARENT, spanIdsPath: [IDS.spanId, IDS.traceId] },
    { ...PARENT, spanIdsPath: ["0".repeat(32), IDS.spanId] },
  ];
  for (const parentSpanContext of misfits) {
    const { child } = await spansOf(() =>
      observe({ name: "child", parentSpanContext }, () => 1),
    );
    assertContinues(child, { paths: false });
  }
});

test("spans stay below a parent that is known by its ids only", async () => {
  const traceparent = "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01";
  const names = (list) =>
    list.map(({ attributes }) => attributes["lmnr.span.path"]);
  const spans = await spansOf(async () => {
    await observe(
      { name: "entry", parentSpanContext: traceparent },
      async () => {
        await observe({ name: "step" }, async () => {
          const carrier = injectContext(new Headers(), { laminar: true });
          for (const [hop, trusted] of [
            ["ids", false],
            ["context", true],
          ]) {
            const parentSpanContext = extractContext(carrier, { trusted });
            await observe({ name: hop, parentSpanContext }, async () =>
              observe({ name: `below ${hop}` }, () =>
                Laminar.startSpan({ name: `leaf ${hop}` }).end(),
              ),
            );
          }
          const context = Laminar.getLaminarSpanContext();
          assert.equal(context.spanPath.length, context.spanIdsPath.length);
        });
        Laminar.startSpan({ name: "renamed" }).updateName("name").end();
      },
    );
    for (const name of ["one", "other"])
      Laminar.startSpan({ name, parentSpanContext: traceparent }).end();
  });
  const { entry, step, ids, context } = spans;
  assert.equal(step.parentSpanId, entry.spanId);
  assert.equal(ids.parentSpanId, step.spanId);
  assert.equal(context.parentSpanId, step.spanId);
  assert.equal(spans["leaf ids"].parentSpanId, spans["below ids"].spanId);
  assert.deepEqual(
    names([step, spans["leaf ids"], spans["below context"], spans.other]),
    [
      ["entry", "entry", "step"],
      ["ids", "ids", "below ids", "leaf ids"],
      ["entry", "entry", "step", "context", "below context"],
      ["other", "other"],
    ],
  );
});

test("an injected context that is extracted again is the same place in the trace", async () => {
  let context;
  const { caller, child } = await spansOf(async () => {
    await observe({ name: "caller", sessionId: "s" }, async () => {
      await null;
      context = Laminar.serializeLaminarSpanContext();
      assert.equal(Laminar.getTraceId(), JSON.parse(context).traceId);
    });
    observe({ name: "child", parentSpanContext: context }, () => 1);
  });
  assert.equal(child.parentSpanId, caller.spanId);
  assert.deepEqual(child.attributes["lmnr.span.path"], ["caller", "child"]);
  assert.deepEqual(Object.keys(JSON.parse(context)), [
    "spanId",
    "traceId",
    "isRemote",
    "spanPath",
    "spanIdsPath",
    "sessionId",
    "metadata",
    "traceType",
  ]);
  assert.equal(Laminar.serializeLaminarSpanContext(), null);
  assert.equal(Laminar.getTraceId(), null);
});

test("the methods of Laminar act on the active span", async () => {
  const { work, alone } = await spansOf(async () => {
    await observe({ name: "work", tags: ["a"] }, async () => {
      await null;
      Laminar.setSpanAttributes({ x: 1 });
      Laminar.addSpanTags(["b", "a"]);
      Laminar.setTraceSessionId("s");
      Laminar.setTraceUserId("u");
      Laminar.setTraceMetadata({ m: { n: 1 } });
      Laminar.event({ name: "e", attributes: { k: "v" }, userId: "eu" });
      Laminar.setSpanOutput("by hand");
      return undefined;
    });
    Laminar.event({ name: "alone", sessionId: "es" });
    Laminar.event(null);
    Laminar.setSpanAttributes({ nobody: true });
  });
  const association = "lmnr.association.properties.";
  assert.equal(work.attributes.x, 1n);
  assert.deepEqual(work.attributes[`${association}tags`], ["a", "b"]);
  assert.equal(work.attributes[`${association}session_id`], "s");
  assert.equal(work.attributes[`${association}user_id`], "u");
  assert.equal(work.attributes[`${association}metadata.m`], '{"n":1}');
  assert.equal(work.attributes["lmnr.span.output"], "by hand");
  assert.equal(work.events[0].attributes["lmnr.event.user_id"], "eu");
  assert.equal(alone.events[0].attributes["lmnr.event.session_id"], "es");
});

test("OFF records nothing and META_ONLY no inputs or outputs, also after an await", async () => {
  const spans = await spansOf(async () => {
    const before = Laminar.stats().recorded;
    await withTracingLevel(TracingLevel.OFF, async () => {
      await null;
      await observe({ name: "off" }, async () => {
        await null;
        // An inner level does not loosen an outer one.
        await withTracingLevel(TracingLevel.ALL, async () =>
          observe({ name: "off inside" }, () => 1),
        );
        Laminar.startSpan({ name: "off too" }).end();
      });
    });
    assert.equal(Laminar.stats().recorded, before);
    await withTracingLevel(TracingLevel.META_ONLY, async () => {
      await null;
      await observe({ name: "meta", input: "secret" }, async () => {
        await null;
        const span = Laminar.startSpan({ name: "llm", input: ["secret"] });
        span.setAttributes({
          "gen_ai.prompt.0.content": "secret",
          "gen_ai.input.messages": "secret",
          "ai.prompt.messages": "secret",
          "gen_ai.usage.input_tokens": 3,
        });
        span.addEvent("e", { "gen_ai.prompt": "secret", kept: 1 });
        span.end();
        return "secret";
      });
    });
    observe({ name: "all" }, (said) => said, "said");
  });
  assert.deepEqual(Object.keys(spans).sort(), ["all", "llm", "meta"]);
  const sent = collector.requests.map(({ bytes }) => bytes.toString("latin1"));
  assert.doesNotMatch(sent.join(), /secret/);
  assert.equal(spans.llm.attributes["gen_ai.usage.input_tokens"], 3n);
  assert.equal(spans.llm.events[0].attributes.kept, 1n);
  assert.equal(
    spans.meta.attributes["lmnr.internal.tracing_level"],
    "meta_only",
  );
  assert.equal(spans.all.attributes["lmnr.span.output"], "said");
});

test("startActiveSpan is the parent of what follows in its own function only", async () => {
  const spans = await spansOf(async () => {
    const work = async (who) => {
      await null;
      const active = Laminar.startActiveSpan({ name: `active ${who}` });
      await null;
      Laminar.startSpan({ name: `leaf ${who}` }).end();
      active.end();
      Laminar.startSpan({ name: `after ${who}` }).end();
    };
    await Promise.all([work("a"), work("b")]);
    await observe({ name: "around" }, () => work("c"));
  });
  for (const who of ["a", "b", "c"]) {
    const outer = who === "c" ? spans.around.spanId : "";
    assert.equal(spans[`active ${who}`].parentSpanId, outer);
    assert.equal(
      spans[`leaf ${who}`].parentSpanId,
      spans[`active ${who}`].spanId,
    );
    assert.equal(spans[`after ${who}`].parentSpanId, outer);
  }
});

test("a mask gets values before they are encoded, and a value for which it throws is not sent", async () => {
  const seen = [];
  const mask = (key, value) => {
    seen.push(value);
    if (key === "bad") throw new Error("no");
    if (key === "gone") return undefined;
    return typeof value === "string" ? value.replaceAll("42", "**") : value;
  };
  const { work } = await spansOf(
    () => {
      const span = Laminar.startSpan({ name: "work", input: { n: 42 } });
      span.setAttributes({ card: "42-42", bad: "raw", gone: 1, n: 42 });
      span.addEvent("e", { card: "42", bad: "raw" });
      span.setOutput("is 42").end();
      Laminar.startSpan({ name: "no list of tags", tags: 42 }).end();
    },
    { mask },
  );
  const { attributes, events } = work;
  assert.equal(attributes["lmnr.span.input"], '{"n":**}');
  assert.equal(attributes["lmnr.span.output"], "is **");
  assert.equal(attributes.card, "**-**");
  assert.equal(attributes.n, 42n);
  assert.deepEqual(Object.keys(events[0].attributes), ["card"]);
  assert.ok(!("bad" in attributes) && !("gone" in attributes));
  assert.ok(!seen.includes(undefined));
});

test("inputs and outputs are cut to fit a request, on whole characters", async () => {
  const MARK = "...[Laminar: truncated]";
  for (const unit of ["x", "é", "🙂"]) {
    const { big, small } = await spansOf(
      () => {
        const span = Laminar.startSpan({
          name: "big",
          input: unit.repeat(6e6),
        });
        span.setOutput("short").end();
        Laminar.startSpan({ name: "small" }).end();
      },
      { mask: undefined },
    );
    const input = big.attributes["lmnr.span.input"];
    assert.ok(input.endsWith(MARK));
    assert.ok(!input.includes("\ufffd"));
    assert.ok(Buffer.byteLength(input) > 4e6);
    assert.equal(big.attributes["lmnr.span.output"], "short");
    assert.ok(small);
  }
  assert.deepEqual(Laminar.stats().dropped, {});
});
