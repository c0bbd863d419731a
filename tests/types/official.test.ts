// Code as written for the official SDK, whose documentation shows these calls: it compiles with the
// import changed.

import {
  getTracer,
  Laminar,
  LaminarAttributes,
  observe,
  observeDecorator,
  observeExperimentalDecorator,
  TracingLevel,
  withTracingLevel,
  wrapAISDK,
} from "laminar-edge";
import type { LaminarSpanContext, Span } from "laminar-edge";

declare function callModel(
  messages: unknown[],
): Promise<{ text: string; usage: { input: number; output: number } }>;

Laminar.initialize({
  projectApiKey: "key",
  baseUrl: "http://localhost",
  httpPort: 8000,
  grpcPort: 8001,
  forceHttp: true,
  disableBatch: false,
  maxExportBatchSize: 64,
  flushBySize: true,
  maxExportBatchSizeBytes: 4 * 1024 * 1024,
  traceExportTimeoutMillis: 30_000,
  logLevel: "error",
  metadata: { environment: "production" },
  inheritGlobalContext: false,
  instrumentModules: {},
});

const answer: Promise<string> = observe(
  {
    name: "answer",
    sessionId: "session",
    userId: "user",
    spanType: "DEFAULT",
    metadata: { region: "eu", tries: 1 },
    tags: ["beta"],
    ignoreInput: true,
    ignoreOutput: false,
  },
  async (question: string) => {
    Laminar.setTraceSessionId("session");
    Laminar.setTraceUserId("user");
    Laminar.setTraceMetadata({ plan: "free" });
    Laminar.setSpanTags(["a"]);
    Laminar.addSpanTags(["b"]);
    Laminar.setSpanAttributes({ "custom.key": 1 });
    Laminar.setSpanOutput({ question });
    Laminar.event({ name: "asked", attributes: { question } });
    const id: string | null = Laminar.getTraceId();
    return `${question} ${id}`;
  },
  "why?",
);

async function llmSpan(messages: unknown[]): Promise<string> {
  const span = Laminar.startSpan({
    name: "chat",
    spanType: "LLM",
    input: messages,
  });
  return await Laminar.withSpan(
    span,
    async () => {
      const { text, usage } = await callModel(messages);
      span.setAttributes({
        [LaminarAttributes.PROVIDER]: "openai",
        [LaminarAttributes.REQUEST_MODEL]: "gpt-4o",
        [LaminarAttributes.RESPONSE_MODEL]: "gpt-4o",
        [LaminarAttributes.INPUT_TOKEN_COUNT]: usage.input,
        [LaminarAttributes.OUTPUT_TOKEN_COUNT]: usage.output,
        [LaminarAttributes.TOTAL_COST]: 0.01,
      });
      Laminar.setSpanOutput(text);
      return text;
    },
    true,
  );
}

function activeSpan(): void {
  const span: Span = Laminar.startActiveSpan({ name: "active", tags: ["x"] });
  try {
    throw new Error("no");
  } catch (error) {
    span.recordException(error as Error);
  } finally {
    span.end();
  }
}

function acrossServices(): void {
  const text: string | null = Laminar.serializeLaminarSpanContext();
  const context: LaminarSpanContext | null = Laminar.getLaminarSpanContext();
  Laminar.startSpan({ name: "there", parentSpanContext: text ?? "" }).end();
  if (context !== null)
    observe({ name: "there", parentSpanContext: context }, () => {});
}

class Agent {
  @observeDecorator({ name: "ask", spanType: "TOOL" })
  ask(question: string): string {
    return question;
  }
}

const legacy = observeExperimentalDecorator({ ignoreOutput: true });
legacy(
  Agent.prototype,
  "ask",
  Object.getOwnPropertyDescriptor(Agent.prototype, "ask") ?? {},
);

withTracingLevel(TracingLevel.META_ONLY, () => new Agent().ask("why?"));

const telemetry = { isEnabled: true, tracer: getTracer() };
const { generateText } = wrapAISDK({
  generateText: async (options: { prompt: string }) => options.prompt,
});

async function lifecycle(): Promise<void> {
  await generateText({ prompt: await answer });
  await llmSpan([]);
  activeSpan();
  acrossServices();
  await Laminar.flush();
  await Laminar.shutdown();
  const shown: [boolean, string | undefined, string | undefined] = [
    Laminar.initialized(),
    Laminar.getHttpUrl(),
    Laminar.getProjectApiKey(),
  ];
  void shown;
}

export { lifecycle, telemetry };
