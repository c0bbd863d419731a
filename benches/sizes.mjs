// Measures what a Worker carries of each contender, bundled and minified as it is shipped.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bundleForWorkerd } from "./harness/build.mjs";

// The imports of a program that records and sends, without code of this folder.
const SHIPPED = {
  ours: `import { Laminar, observe } from "laminar-edge";
    globalThis.used = [Laminar, observe]; export default {};`,
  "otel-protobuf": `import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
    import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
    globalThis.used = [BasicTracerProvider, BatchSpanProcessor, ProtobufTraceSerializer]; export default {};`,
  "otel-json": `import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
    import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
    globalThis.used = [BasicTracerProvider, BatchSpanProcessor, JsonTraceSerializer]; export default {};`,
  lmnr: `import { Laminar, observe } from "@lmnr-ai/lmnr";
    globalThis.used = [Laminar, observe]; export default {};`,
  "otel-cf-workers": `import { instrument } from "@microlabs/otel-cf-workers";
    globalThis.used = [instrument]; export default {};`,
};

export async function sizes() {
  const found = {};
  for (const [name, source] of Object.entries(SHIPPED)) {
    const { folder, files } = await bundleForWorkerd(name, source, {
      minify: true,
    });
    const contents = files.map((file) => readFileSync(join(folder, file)));
    const sum = (size) => contents.reduce((all, each) => all + size(each), 0);
    found[name] = {
      raw: sum((bytes) => bytes.length),
      gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
      brotli: sum((bytes) => brotliCompressSync(bytes).length),
    };
  }
  return found;
}
