// A server that answers like the providers of models, with the bodies of ../bodies or with others, at any
// pace, complete or cut. It keeps its requests, and whether a client disconnected early.
// usage: node tests/llm/stand-in/server.mjs --port 4100 --answers openai-chat/stream-text

import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readCase } from "../support/cases.mjs";
import { redirectedFetch } from "./redirect.mjs";

/**
 * An answer is the name of a case, or an object:
 *
 * - `case`: the case to answer with; the rest overrides it
 * - `status`, `contentType`, `headers`, `body`: text, bytes, or a value for JSON
 * - `cut`: how the body is written: `"events"` (as servers do, the default), `"whole"`, a number of bytes,
 *   or a function from bytes to a list of bytes
 * - `delayMs` before the headers, `pauseMs` between two pieces
 * - `gate`: a function of the index of a piece; the piece waits for the promise that it returns
 * - `breakAfter`: after this many pieces the connection breaks; `hangAfter`: after these nothing is sent
 *
 * `answers` is one answer, a list with one for each request in turn (the last one repeats), or a function
 * of the request.
 */
export async function startStandIn({ port = 0, answers } = {}) {
  const requests = [];
  const watchers = new Set();
  const told = () => [...watchers].forEach((look) => look());
  let script = answers;
  let turn = 0;

  async function serve(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = {
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      text: Buffer.concat(chunks).toString(),
      written: 0,
      ended: false,
      left: false,
      get json() {
        return JSON.parse(request.text);
      },
    };
    requests.push(request);
    response.on("close", () => {
      request.left = !response.writableFinished;
      told();
    });
    let answer = script;
    if (Array.isArray(script))
      answer = script[Math.min(turn++, script.length - 1)];
    if (typeof answer === "function") answer = await answer(request);
    await write(response, request, complete(answer));
    told();
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error) => {
      response.destroy();
      if (!incoming.destroyed && !response.closed) throw error;
    });
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    requests,
    /** Sets the answers from now on. */
    answer(next) {
      script = next;
      turn = 0;
    },
    /** Resolves when `condition` holds; looks whenever an answer or a connection ends. */
    until(condition, ms = 10_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`the stand-in waited in vain for ${condition}`));
        }, ms);
        const look = () => {
          if (!condition()) return;
          watchers.delete(look);
          clearTimeout(timer);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
    /** A fetch that sends every call to the stand-in instead of its host. */
    fetch: redirectedFetch(url),
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

function complete(answer) {
  const given = typeof answer === "string" ? { case: answer } : answer;
  if (given === undefined) throw new Error("the stand-in has no answer");
  const { response, body } = given.case ? readCase(given.case) : {};
  const whole = given.body ?? body ?? "";
  const plain =
    typeof whole === "string" || whole instanceof Uint8Array
      ? whole
      : JSON.stringify(whole);
  return {
    cut: "events",
    ...given,
    status: given.status ?? response?.status ?? 200,
    headers: {
      "content-type":
        given.contentType ?? response?.contentType ?? "application/json",
      ...response?.headers,
      ...given.headers,
    },
    body: Buffer.from(plain),
  };
}

async function write(response, request, answer) {
  const { delayMs, pauseMs, gate, breakAfter, hangAfter } = answer;
  if (delayMs) await wait(delayMs);
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  for (const [at, piece] of piecesOf(answer).entries()) {
    if (at === hangAfter) return;
    if (at === breakAfter) break;
    if (at > 0) await (pauseMs ? wait(pauseMs) : nextTurn());
    await gate?.(at);
    if (response.closed || response.destroyed) return;
    const more = response.write(piece);
    request.written += piece.length;
    if (!more) await drained(response);
  }
  if (breakAfter !== undefined) {
    response.socket?.resetAndDestroy();
    return;
  }
  request.ended = true;
  response.end();
  if (!response.writableFinished && !response.closed)
    await new Promise((done) => response.once("close", done));
}

const nextTurn = () => new Promise((done) => setImmediate(done));
const drained = (response) =>
  new Promise((done) => {
    response.once("drain", done);
    response.once("close", done);
  });

function piecesOf({ body, cut, headers }) {
  if (body.length === 0) return [];
  if (typeof cut === "function") return cut(body);
  if (typeof cut === "number") return slices(body, () => cut);
  if (cut === "whole" || !/event-stream|ndjson/.test(headers["content-type"]))
    return [body];
  return headers["content-type"].includes("text/")
    ? afterEach(body, /\r\n\r\n|\n\n|\r\r/g)
    : afterEach(body, /\n/g);
}

/** Cuts `bytes` at random places, which are the same for the same `seed`. */
export function cutAtRandom(seed, longest = 40) {
  let state = seed >>> 0 || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return (bytes) => slices(bytes, () => 1 + Math.floor(random() * longest));
}

function slices(bytes, length) {
  const list = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + length();
    list.push(bytes.subarray(at, end));
    at = end;
  }
  return list;
}

function afterEach(bytes, end) {
  const text = bytes.toString("latin1");
  const list = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(end)) {
    list.push(bytes.subarray(from, index + found.length));
    from = index + found.length;
  }
  if (from < bytes.length) list.push(bytes.subarray(from));
  return list;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4100" },
      answers: { type: "string", default: "openai-chat/stream-text" },
    },
  });
  const { url } = await startStandIn({
    port: Number(values.port),
    answers: values.answers.split(","),
  });
  console.log(`the stand-in listens at ${url}`);
}
