// LLM calls in real workerd: answers proxied to clients, the binding of Workers AI, with AsyncLocalStorage and without.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { startCollector } from "../support/collector.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";
import { completion, events, usageEvent } from "./support.mjs";

const text = JSON.stringify(completion);
const json = { "content-type": "application/json" };
const streamed = { "content-type": "text/event-stream" };
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function startUpstream(t) {
  const seen = { closed: 0 };
  const server = createServer(async (request, response) => {
    const [, how] = request.url.split("/");
    if (how === "length")
      return response
        .writeHead(200, { ...json, "content-length": text.length })
        .end(text);
    if (how === "gzip")
      return response
        .writeHead(200, { ...json, "content-encoding": "gzip" })
        .end(gzipSync(text));
    if (how === "br")
      return response
        .writeHead(200, { ...json, "content-encoding": "br" })
        .end(brotliCompressSync(text));
    if (how === "json") return response.writeHead(200, json).end(text);
    response.writeHead(200, streamed);
    response.on("close", () => seen.closed++);
    for (const each of [...events.slice(0, -1), usageEvent, events.at(-1)]) {
      response.write(each);
      await wait(how === "slow" ? 200 : 5);
    }
    if (how !== "open") response.end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${server.address().port}` };
}

const llm = ({ attributes }) => attributes["lmnr.span.type"] === "LLM";

async function start(t, mode = "nodejs_compat") {
  const collector = await startCollector(t);
  const upstream = await startUpstream(t);
  const worker = await startWorker(t, "llm.js", {
    flags: MODES[mode].flags,
    bindings: { COLLECTOR: collector.url, UPSTREAM: upstream.url },
  });
  const post = (route, body, init) =>
    fetch(new URL(route, worker.url), {
      method: "POST",
      body: JSON.stringify(body),
      ...init,
    });
  const spans = async (count) => {
    await collector.until(() => collector.spans.filter(llm).length >= count);
    return collector.spans.filter(llm);
  };
  return { collector, upstream, worker, post, spans };
}

for (const mode of ["nodejs_compat", "no flag"])
  describe(`in workerd with ${mode}`, () => {
    test("answers reach the client unchanged, and their spans have them", async (t) => {
      const { post, spans, upstream } = await start(t, mode);
      const all = [...events.slice(0, -1), usageEvent, events.at(-1)].join("");
      for (const route of ["proxy", "body"]) {
        const answer = await post(route, { path: "/sse", stream: true });
        assert.equal(answer.headers.get("content-type"), "text/event-stream");
        assert.equal(await answer.text(), all, route);
      }
      for (const how of ["json", "length", "gzip", "br"]) {
        const [status, url, got] = await (
          await post("read", { path: `/${how}` })
        ).json();
        assert.deepEqual(
          [status, url, got],
          [200, `${upstream.url}/${how}/v1/chat/completions`, text],
          how,
        );
      }
      for (const { attributes } of await spans(6)) {
        assert.match(attributes["gen_ai.output.messages"], /because/);
        assert.equal(attributes["gen_ai.usage.output_tokens"], 4n);
        assert.equal(attributes["laminar.incomplete"], undefined);
      }
    });

    test("an answer keeps its content-length and content-encoding", async (t) => {
      const { post } = await start(t, mode);
      for (const [how, header] of [
        ["length", "content-length"],
        ["gzip", "content-encoding"],
        ["br", "content-encoding"],
      ]) {
        const untraced = await post("plain", { path: `/${how}` });
        assert.equal(await untraced.text(), text);
        const answer = await post("proxy", { path: `/${how}` });
        assert.equal(await answer.text(), text, how);
        assert.equal(
          answer.headers.get(header),
          untraced.headers.get(header),
          how,
        );
      }
    });

    test("options of a callback apply to its own calls only", async (t) => {
      const { post, spans } = await start(t, mode);
      await (await post("named", { path: "/json" })).text();
      const names = (await spans(2)).map(({ name }) => name);
      assert.deepEqual(names.sort(), ["chat m", "named"]);
    });

    test("concurrent requests keep their LLM spans apart", async (t) => {
      const { post, collector } = await start(t, mode);
      const questions = Array.from({ length: 8 }, (_, n) => `question-${n}`);
      await Promise.all(
        questions.map(async (question) =>
          (await post("nested", { path: "/json", question })).text(),
        ),
      );
      await collector.until(() => collector.spans.length === 24);
      for (const span of collector.spans.filter(llm)) {
        const parent = collector.spans.find(
          ({ spanId }) => spanId === span.parentSpanId,
        );
        const [question] = /question-\d/.exec(
          span.attributes["gen_ai.input.messages"],
        );
        assert.equal(parent.name, `outer ${question}`);
      }
    });
  });

test("a cancel by the reader reaches the provider and the span", async (t) => {
  const { post, spans, upstream } = await start(t);
  const answer = await post("leave", { path: "/open" });
  assert.match(await answer.text(), /^data:/);
  const [{ attributes }] = await spans(1);
  assert.equal(attributes["gen_ai.response.cancelled"], true);
  while (upstream.seen.closed === 0) await wait(10);
});

test("the span of an unread answer ends with its event", async (t) => {
  const { post, spans } = await start(t);
  assert.equal(
    await (await post("unread", { path: "/open" })).text(),
    "unread",
  );
  const [{ attributes }] = await spans(1);
  assert.equal(attributes["laminar.incomplete"], true);
});

test("instrument traces the binding of Workers AI", async (t) => {
  const { post, spans, collector } = await start(t);
  const messages = [{ role: "user", content: "why?" }];
  const ask = async (body) => (await post("ai", body)).text();
  assert.match(await ask({ inputs: { messages } }), /because/);
  assert.match(
    await ask({ inputs: { messages, stream: true } }),
    /"cause"[^]*\[DONE\]/,
  );
  assert.match(
    await ask({ inputs: { messages }, options: { returnRawResponse: true } }),
    /raw/,
  );
  assert.equal(
    await ask({ model: "@cf/flux", inputs: { prompt: "a cat" } }),
    "picture",
  );
  assert.match(
    await ask({ model: "@cf/baai/bge", inputs: { text: ["a"] } }),
    /0.25/,
  );
  assert.match(
    await ask({ model: "openai/gpt-5", inputs: { messages } }),
    /because/,
  );
  const entries = [
    {
      provider: "openai",
      endpoint: "chat/completions",
      headers: { authorization: "SECRET" },
      query: { model: "m", messages },
    },
    {
      provider: "groq",
      endpoint: "chat/completions",
      headers: {},
      query: { model: "n", messages },
    },
  ];
  assert.equal((await (await post("gateway", { entries })).json()).id, "c1");
  assert.deepEqual(await (await post("others", {})).json(), [
    "models",
    true,
    true,
    "log",
    true,
  ]);
  assert.deepEqual(await (await post("fails", {})).json(), [
    "AiError",
    "5007: No such model",
  ]);
  const found = await spans(7);
  assert.equal(found.length, 7);
  const by = (model) =>
    found.filter(
      ({ attributes }) => attributes["gen_ai.request.model"] === model,
    );
  for (const { attributes } of by("@cf/meta/llama").filter(
    ({ status }) => status.code !== 2,
  )) {
    assert.equal(attributes["gen_ai.system"], "cloudflare");
    assert.match(attributes["gen_ai.output.messages"], /because|raw/);
  }
  const failed = found.find(({ status }) => status.code === 2);
  assert.equal(failed.attributes["error.type"], "AiError");
  assert.equal(by("gpt-5")[0].attributes["gen_ai.system"], "openai");
  assert.equal(by("n")[0].attributes["gen_ai.system"], "groq");
  assert.match(by("n")[0].attributes["gen_ai.output.messages"], /gate/);
  assert.doesNotMatch(
    JSON.stringify(collector.spans, (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    ),
    /SECRET|0\.25/,
  );
});
