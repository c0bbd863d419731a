// Streams of 2,000 deltas as providers send them, one event to a chunk.

const DELTAS = 2000;

const encoder = new TextEncoder();
const sse = (event) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
const named = (event) =>
  encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
const words = Array.from({ length: DELTAS }, (_, i) =>
  i % 20 === 0 ? `\n"${i}"` : ` word${i % 7}`,
);

function chat() {
  const chunk = (delta, finish_reason = null) => ({
    id: "chatcmpl-BaKm3mR4fWGJkP0mUyC9SPdm5fTLx",
    object: "chat.completion.chunk",
    created: 1748000000,
    model: "gpt-4.1-mini-2025-04-14",
    service_tier: "default",
    system_fingerprint: "fp_6f2eabb9a5",
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    usage: null,
    obfuscation: "8Hs0aMnQ2",
  });
  const usage = {
    prompt_tokens: 12,
    completion_tokens: DELTAS,
    total_tokens: DELTAS + 12,
  };
  return [
    sse(chunk({ role: "assistant", content: "", refusal: null })),
    ...words.map((content) => sse(chunk({ content }))),
    sse(chunk({}, "stop")),
    sse({ ...chunk({}), choices: [], usage }),
    encoder.encode("data: [DONE]\n\n"),
  ];
}

function responses() {
  const head = { id: "resp_1", object: "response", model: "gpt-4.1-mini" };
  const message = { id: "msg_1", type: "message", role: "assistant" };
  const text = words.join("");
  const content = [{ type: "output_text", annotations: [], text }];
  const whole = { ...message, status: "completed", content };
  const usage = { input_tokens: 12, output_tokens: DELTAS };
  const at = { output_index: 0, item_id: "msg_1" };
  return [
    { type: "response.created", response: { ...head, status: "in_progress" } },
    { type: "response.output_item.added", ...at, item: message },
    ...words.map((delta, i) => ({
      type: "response.output_text.delta",
      sequence_number: i + 4,
      item_id: "msg_6831a9f8ab9081a2b6ff4ee0b5ed6d5c04d23d2ffd4b6ab1",
      output_index: 0,
      content_index: 0,
      delta,
      logprobs: [],
      obfuscation: "8Hs0aMnQ2",
    })),
    { type: "response.output_item.done", ...at, item: whole },
    {
      type: "response.completed",
      response: { ...head, status: "completed", output: [whole], usage },
    },
  ].map(named);
}

function anthropic() {
  const usage = { input_tokens: 12, output_tokens: DELTAS };
  const message = { id: "msg_1", type: "message", role: "assistant" };
  return [
    {
      type: "message_start",
      message: { ...message, model: "claude-sonnet-4-5", content: [], usage },
    },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "text", text: "" },
    },
    ...words.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
    { type: "message_stop" },
  ].map(named);
}

function gemini() {
  const chunk = (text, i) => ({
    candidates: [
      {
        content: { parts: [{ text }], role: "model" },
        ...(i + 1 === DELTAS && { finishReason: "STOP" }),
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 12,
      candidatesTokenCount: i + 1,
      totalTokenCount: i + 13,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 12 }],
    },
    modelVersion: "gemini-2.5-flash",
    responseId: "n6kxaOHaDZbhnvgPxYyHsQE",
  });
  return words.map((word, i) => sse(chunk(word, i)));
}

/** For each format its number, as llm/src/options.rs has it, and its chunks. */
export const STREAMS = {
  chat: { format: 0, chunks: chat() },
  Responses: { format: 2, chunks: responses() },
  Anthropic: { format: 4, chunks: anthropic() },
  Gemini: { format: 5, chunks: gemini() },
};
