// Shows the messages of an LLM span as a conversation: roles, texts and tool calls.

import { h } from "./dom.js";

// Returns the elements of a conversation, or null if the value is none.
export function conversation(value) {
  const list = Array.isArray(value) ? value : [value];
  const turns = list.map(turnOf);
  if (turns.length === 0 || turns.some((turn) => turn === null)) return null;
  return h(
    "div",
    { class: "chat" },
    turns.map(({ role, parts }) =>
      h("div", {}, h("span", { class: "role" }, role), parts.map(block)),
    ),
  );
}

// A scrolling box must be reachable by keyboard.
export const block = (text) => h("pre", { tabindex: "0" }, text);

// A choice of a chat completion holds its message; everything else is the message.
function turnOf(entry) {
  const message = entry?.message ?? entry;
  if (typeof message?.role !== "string") return null;
  const content = message.content ?? message.parts ?? [];
  const parts = (Array.isArray(content) ? content : [content]).map(partOf);
  const calls = (message.tool_calls ?? []).map(callOf);
  const all = [...parts, message.refusal, ...calls];
  return { role: message.role, parts: all.filter(Boolean) };
}

function partOf(part) {
  if (typeof part === "string") return part;
  const text = part?.text ?? part?.content ?? part?.thinking;
  return typeof text === "string" ? text : JSON.stringify(part, null, 2);
}

const callOf = ({ function: called, name, arguments: given }) =>
  `${called?.name ?? name}(${called?.arguments ?? given ?? ""})`;
