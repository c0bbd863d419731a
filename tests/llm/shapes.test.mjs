import test from "node:test";
import assert from "node:assert/strict";
import { readMessages } from "./support/shapes.mjs";

const choice = (message) => [
  { index: 0, message: { role: "assistant", content: null, ...message } },
];

const RAW = {
  "a developer beside a picture": [
    { role: "developer", content: "a" },
    { role: "user", content: [{ type: "image_url", image_url: { url: "u" } }] },
  ],
  "audio of the user": [
    { role: "user", content: [{ type: "input_audio", input_audio: {} }] },
  ],
  "citations as objects": choice({ annotations: [{ type: "url_citation" }] }),
  "arguments as an object": choice({
    tool_calls: [
      { id: "1", type: "function", function: { name: "a", arguments: {} } },
    ],
  }),
  "a custom tool": choice({
    tool_calls: [
      { id: "1", type: "custom", custom: { name: "a", input: "b" } },
    ],
  }),
  "content as a list of thinking": choice({
    content: [{ type: "thinking", thinking: [] }],
  }),
  "an item of an unknown kind": [{ type: "shell_call", id: "1" }],
  "a block of an unknown kind": [
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "a" },
        { type: "container_upload", file_id: "f" },
      ],
      stop_reason: "end_turn",
    },
  ],
  "a candidate without content": [{ finishReason: "SAFETY", index: 0 }],
  "Gemini's answer as the official SDK writes it": [
    { role: "model", content: "a", tool_calls: [{ name: "a", arguments: {} }] },
  ],
  "the parts `reasoning`": [
    { role: "assistant", parts: [{ type: "reasoning", content: "a" }] },
  ],
  "no parts": [
    { role: "assistant", parts: [], finish_reason: "stop" },
    { role: "robot" },
  ],
  "no messages": [],
};

for (const [what, messages] of Object.entries(RAW))
  test(`Laminar shows ${what} as raw JSON`, () => {
    assert.equal(readMessages(messages), null);
  });

const SHOWN = {
  "openai-choices": choice({ refusal: "no" }),
  openai: [{ role: "user", content: "a" }],
  "openai-responses": [
    { role: "developer", content: "a" },
    { type: "reasoning", id: "1", summary: [] },
  ],
  anthropic: [
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "1", name: "a", input: {} }],
      stop_reason: "tool_use",
    },
  ],
  gemini: [
    { content: { role: "model", parts: [] }, finishReason: "SAFETY", index: 0 },
  ],
  otel: [{ role: "assistant", parts: [{ type: "thinking", content: "a" }] }],
};

for (const [form, messages] of Object.entries(SHOWN))
  test(`Laminar shows messages of ${form}`, () => {
    assert.equal(readMessages(messages)?.form, form);
  });
