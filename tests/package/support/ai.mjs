// The AI SDK's versions as tests use them, and the spans that their calls record.

import * as ai5 from "ai5";
import { MockLanguageModelV2 } from "ai5/test";
import * as ai6 from "ai6";
import { MockLanguageModelV3 } from "ai6/test";
import * as ai7 from "ai7";
import { MockLanguageModelV4 } from "ai7/test";
import { Laminar } from "laminar-edge";
import { startCollector } from "./collector.mjs";

// It warns of deprecated functions, which are tested until they are removed.
globalThis.AI_SDK_LOG_WARNINGS = false;

export const VERSIONS = {
  5: { ai: ai5, Mock: MockLanguageModelV2, interface: 2 },
  6: { ai: ai6, Mock: MockLanguageModelV3, interface: 3 },
  7: { ai: ai7, Mock: MockLanguageModelV4, interface: 4 },
};

/** Returns every span that `action` made. An error of `action` is ignored. */
export async function record(t, action) {
  const collector = await startCollector(t);
  Laminar.initialize({ projectApiKey: "key", baseUrl: collector.url });
  t.after(() => Laminar.shutdown());
  await action();
  await Laminar.flush();
  return collector.spans;
}

export const named = (spans, start) =>
  spans
    .filter(({ name }) => name.startsWith(start))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
