// A Worker that reads streams of an LLM: with the engine, or as a program does that parses each event.

import module from "../../pkg/wasm/laminar_edge_llm_bg.wasm";
import * as glue from "../../pkg/wasm/laminar_edge_llm_bg.js";
import { STREAMS } from "./events.mjs";

// Records inputs and outputs of a known host that streams.
const FLAGS = 1 | 2 | 4 | 8;
const MEDIA_LIMIT_BYTES = 1024;
const encoder = new TextEncoder();
const names = encoder.encode("system\n");
const request = encoder.encode('{"model":"model","stream":true}');
const contentType = encoder.encode("text/event-stream");

const WAYS = {
  engine({ format, chunks }) {
    const call = glue.open(format, names, FLAGS, MEDIA_LIMIT_BYTES);
    glue.request(call, request);
    glue.response(call, 200, 0, contentType);
    for (const chunk of chunks) glue.chunk(call, chunk);
    return JSON.parse(new TextDecoder().decode(glue.finish(call, 0)));
  },
  parse({ chunks }) {
    const decoder = new TextDecoder();
    let last;
    for (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      const data = text.slice(text.indexOf("data: ") + "data: ".length);
      if (!data.startsWith("[DONE]")) last = JSON.parse(data);
    }
    return last;
  },
};

let isReady = false;

export default {
  fetch(asked) {
    if (!isReady) {
      const imports = { "./laminar_edge_llm_bg.js": glue };
      const { exports } = new WebAssembly.Instance(module, imports);
      glue.__wbg_set_wasm(exports);
      exports.__wbindgen_start?.();
      isReady = true;
    }
    const { way, format, times } = Object.fromEntries(
      new URL(asked.url).searchParams,
    );
    let result;
    for (let i = 0; i < Number(times); i++) result = WAYS[way](STREAMS[format]);
    return Response.json(result);
  },
};
