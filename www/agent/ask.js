// The agent: split the question, look each part up, answer it from what was read.

import { observe } from "laminar-edge";
import { answerFrom } from "./answer.js";
import { choosePassages } from "./passages.js";
import { readPage } from "./read.js";
import { searchPages } from "./search.js";

// A search service would want a key. It is among the arguments that are recorded, and the trace shows a mark
// in its place.
const headers = { authorization: "Bearer demo-key-of-the-index-2718281828" };

export async function ask(question, env, send) {
  const parts = observe({ name: "split question" }, splitQuestion, question);
  const answers = [];
  let subject;
  for (const part of parts) {
    const wanted = spellOut(part, subject);
    const found = await observe(
      { name: "look up", input: wanted },
      lookUp,
      wanted,
      env,
      send,
    );
    subject ??= found.subject;
    answers.push(found.answer);
    send({ type: "token", text: part === parts.at(-1) ? "" : "\n\n" });
  }
  return answers.join("\n\n");
}

async function lookUp(question, env, send) {
  send({ type: "step", text: `Searching for “${question}”` });
  const hits = await observe(
    { name: "search pages", spanType: "TOOL", input: { question, headers } },
    searchPages,
    question,
    env,
    headers,
  );
  if (hits.length === 0) {
    const answer = "That is not in these pages.";
    send({ type: "token", text: answer });
    return { answer };
  }

  send({ type: "step", text: `Reading ${list(hits.map((h) => h.title))}` });
  const reads = await Promise.allSettled(
    hits.map((hit) =>
      observe(
        { name: `read ${hit.path}`, spanType: "TOOL", input: hit.url },
        readPage,
        hit,
      ),
    ),
  );
  // A page that cannot be read is an error in its own span, not in the answer.
  const pages = reads.filter((r) => r.status === "fulfilled");
  const passages = observe(
    { name: "choose passages", input: question },
    choosePassages,
    question,
    pages.map((r) => r.value),
  );

  send({ type: "sources", sources: sourcesOf(passages) });
  send({ type: "step", text: "Answering" });
  const answer = await answerFrom(question, passages, env, send);
  return { answer, subject: hits[0].title };
}

// "Why is Mars red, and how many moons does it have?" is two questions.
function splitQuestion(question) {
  return question
    .split(
      /\?\s+|[,;]?\s+and\s+(?=(?:how|why|what|when|where|which|who)\b)|;\s+/i,
    )
    .map((part) => part.trim().replace(/[?.!]*$/, ""))
    .filter(Boolean)
    .slice(0, 4)
    .map((part) => `${part[0].toUpperCase()}${part.slice(1)}?`);
}

// “It” in a later part means what the first part was about.
function spellOut(part, subject) {
  if (!subject) return part;
  return part
    .replace(/\b(it|they)\b/i, subject)
    .replace(/\b(its|their)\b/i, `${subject}’s`);
}

function sourcesOf(passages) {
  return passages.map(({ number, title, url }) => ({ number, title, url }));
}

function list(names) {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
