// The same handlers plain and instrumented, and what a handler can notice.

import { instrument, Laminar } from "laminar-edge";

const bytes = (text) => new TextEncoder().encode(text);

function bodyOf({ body, chunks, failsAfter }) {
  const text = chunks.join("");
  switch (body) {
    case "none":
      return null;
    case "text":
      return text;
    case "bytes":
      return bytes(text);
    case "fixed": {
      const { readable, writable } = new FixedLengthStream(bytes(text).length);
      write(writable, chunks);
      return readable;
    }
    case "native": {
      const { readable, writable } = new IdentityTransformStream();
      write(writable, chunks);
      return readable;
    }
    case "gzip":
      return new Response(text).body.pipeThrough(new CompressionStream("gzip"));
    default: {
      let sent = 0;
      return new ReadableStream({
        pull(controller) {
          if (sent === failsAfter) throw new Error("dried up");
          if (sent === chunks.length) controller.close();
          else controller.enqueue(bytes(chunks[sent++]));
        },
      });
    }
  }
}

async function write(writable, chunks) {
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(bytes(chunk));
  await writer.close();
}

function responseOf(plan) {
  if (plan.redirect) return Response.redirect(plan.redirect, plan.status);
  const headers = new Headers(plan.headers);
  for (const cookie of plan.cookies) headers.append("set-cookie", cookie);
  const { status, statusText } = plan;
  const encodeBody = plan.body === "gzip" ? "manual" : "automatic";
  if (plan.body === "gzip") headers.set("content-encoding", "gzip");
  const init = { status, statusText, headers, encodeBody, cf: { plan: 1 } };
  return new Response(bodyOf(plan), init);
}

const handlers = {
  sync(request, env) {
    const plan = JSON.parse(request.headers.get("plan"));
    if (plan.throws === "error") throw new RangeError(plan.message);
    if (plan.throws === "value") throw plan.message;
    return plan.proxy ? fetch(env.UPSTREAM + plan.proxy) : responseOf(plan);
  },
  async async(request, env, ctx) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return handlers.sync(request, env, ctx);
  },
};

const raw = {
  sync: { fetch: handlers.sync },
  async: { fetch: handlers.async },
};
const wrapped = {
  sync: instrument({ fetch: handlers.sync }),
  async: instrument({ fetch: handlers.async }),
};

/** Returns what code inside the Worker sees of a response, which is more than is sent. */
async function fields(handler, request, env, ctx) {
  try {
    const response = await handler.fetch(request, env, ctx);
    const { status, statusText, ok, url, redirected, type, cf } = response;
    const headers = [...response.headers];
    const body = await response.text().catch(String);
    return Response.json({
      ...{ status, statusText, ok, url, redirected, type, cf, headers, body },
    });
  } catch (error) {
    return Response.json({ error: String(error) });
  }
}

/** What a handler can notice, and what its caller can. */
async function facts(request, env) {
  const seen = {};
  const note = (name, fact) => (seen[name] = fact);
  const waited = [];
  const ctx = { waitUntil: (promise) => waited.push(promise) };
  const times = async (name, action) => {
    waited.length = 0;
    await action();
    note(`waitUntil: ${name}`, waited.length);
    await Promise.all(waited);
  };

  const text = new Response("text");
  const handler = {
    fetch: (...args) => (
      note("arguments", same(args, [request, env, ctx])),
      text
    ),
  };
  const { fetch } = instrument(handler);
  await times("text", () => note("sync", fetch(request, env, ctx) === text));
  note("name, length", fetch.name === "fetch" && fetch.length === 0);
  note("twice", instrument(handler).fetch === fetch);

  const untouched = {
    none: new Response(null, { status: 204 }),
    redirect: Response.redirect("https://example.com"),
    error: Response.error(),
    upgrade: new Response(null, {
      status: 101,
      webSocket: new WebSocketPair()[0],
    }),
  };
  for (const [name, response] of Object.entries(untouched)) {
    const { fetch } = instrument({ fetch: () => response });
    await times(name, () => note(name, fetch(request, env, ctx) === response));
  }

  const thrown = Object.freeze({ any: "thing" });
  const throws = instrument({
    fetch() {
      throw thrown;
    },
    async scheduled() {
      throw thrown;
    },
  });
  await times("throw", () => {
    try {
      throws.fetch(request, env, ctx);
    } catch (error) {
      note("thrown", error === thrown);
    }
  });
  await times("rejection", () =>
    throws
      .scheduled({ cron: "* * * * *" }, env, ctx)
      .catch((error) => note("rejected", error === thrown)),
  );

  const promise = Promise.resolve(1);
  const { scheduled } = instrument({ scheduled: () => promise });
  note("promise", scheduled({ cron: "" }, env, ctx) === promise);

  const frozen = Object.freeze({
    fetch() {
      return (note("this of a frozen one", this === frozen), text);
    },
  });
  instrument(frozen).fetch(request, env, ctx);

  class Counter {
    #count = 1;
    static made = "by hand";
    fetch() {
      return new Response(String(this.#count++));
    }
    add(amount) {
      return (this.#count += amount);
    }
    get total() {
      return this.#count;
    }
  }
  const Instrumented = instrument(Counter);
  const counter = new Instrumented(ctx, env);
  note("class", [
    Instrumented.name,
    Instrumented.made,
    counter instanceof Counter,
    counter instanceof Instrumented,
    counter.constructor === Instrumented,
    await counter.fetch(request).text(),
    counter.add(2),
    counter.total,
    Object.keys(counter).length,
    Reflect.ownKeys(Instrumented.prototype).sort().join(),
  ]);

  class Shape extends Instrumented {
    fetch = () => new Response("a field");
    get scheduled() {
      return "no method";
    }
    async *letters() {
      yield "a";
    }
    fetchAll() {
      return [super.add(1), super.total];
    }
  }
  const Shaped = instrument(Shape);
  const shape = new Shaped(ctx, env);
  const letters = [];
  for await (const letter of shape.letters()) letters.push(letter);
  note("subclass", [
    await shape.fetch(request).text(),
    shape.scheduled,
    letters.join(),
    ...shape.fetchAll(),
    Shaped.made,
    instrument(Shaped) === Shaped,
    Object.getPrototypeOf(Shaped) === Shape,
  ]);

  let pulls = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulls++;
      controller.enqueue(bytes("x"));
    },
  });
  const streaming = instrument({ fetch: () => new Response(endless) });
  let reader;
  await times("stream", async () => {
    reader = streaming.fetch(request, env, ctx).body.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    note("pulls ahead", pulls <= 2);
    await reader.cancel("enough");
  });
  note("ledger", Laminar.stats());
  return Response.json(seen);
}

const same = (one, other) => one.every((each, i) => each === other[i]);

export default {
  fetch(request, env, ctx) {
    const [, way, kind, view] = new URL(request.url).pathname.split("/");
    if (way === "facts") return facts(request, env);
    const handler = { raw, wrapped }[way][kind];
    if (view === "fields") return fields(handler, request, env, ctx);
    return handler.fetch(request, env, ctx);
  },
};
