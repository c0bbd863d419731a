// Compares a span that a collector took with what a case of bodies/ expects of it.

import { isDeepStrictEqual } from "node:util";
import { readMessages } from "./shapes.mjs";

const CLIENT = 3;
const ERROR = 2;
const MESSAGES = ["gen_ai.input.messages", "gen_ai.output.messages"];
/** One attribute of each row is enough, because the server reads the first that it finds. */
const ALIASES = {
  "gen_ai.response.service_tier": [
    "gen_ai.response.service_tier",
    "openai.response.service_tier",
  ],
  "gen_ai.request.service_tier": [
    "gen_ai.request.service_tier",
    "openai.request.service_tier",
    "anthropic.request.service_tier",
  ],
};
/** A span may have no attributes with these prefixes that its case does not name. */
const CLOSED =
  /^(gen_ai\.(usage|response|input|output|tool|prompt|completion)\b|gen_ai\.(system|system_instructions)$|error\.|lmnr\.span\.(input|output)$)/;
/** The exceptions: other names of the same counts, and times. */
const FREE = new Set([
  "gen_ai.usage.total_tokens",
  "gen_ai.usage.cache_read.input_tokens",
  "gen_ai.usage.cache_creation.input_tokens",
  "gen_ai.usage.reasoning.output_tokens",
  "gen_ai.response.time_to_first_chunk",
  "gen_ai.response.time_to_first_token",
  "gen_ai.response.cancelled",
  "gen_ai.output.type",
]);
const SAME_COUNT = {
  "gen_ai.usage.cache_read.input_tokens":
    "gen_ai.usage.cache_read_input_tokens",
  "gen_ai.usage.cache_creation.input_tokens":
    "gen_ai.usage.cache_creation_input_tokens",
  "gen_ai.usage.reasoning.output_tokens": "gen_ai.usage.reasoning_tokens",
};

/** Returns a line for each difference between `span` and what is expected. */
export function wrongWith(span, expected) {
  const wrong = [];
  const { attributes } = span;
  if (span.name !== expected.name)
    wrong.push(`name: ${span.name}, not ${expected.name}`);
  if (span.kind !== CLIENT) wrong.push(`kind: ${span.kind}`);

  const known = new Set();
  for (const [key, value] of Object.entries(expected.attributes)) {
    const names = ALIASES[key] ?? [key];
    names.forEach((name) => known.add(name));
    const found = names.map((name) => attributes[name]).find((v) => v != null);
    const why = differs(found, value);
    if (why) wrong.push(`${key}: ${why}`);
  }
  for (const [key, value] of Object.entries(attributes))
    if (!known.has(key) && CLOSED.test(key) && !FREE.has(key))
      wrong.push(`${key}: nobody expects ${brief(value)}`);
  for (const [other, key] of Object.entries(SAME_COUNT))
    if (other in attributes && attributes[other] !== attributes[key])
      wrong.push(`${other}: differs from ${key}`);
  for (const key of MESSAGES)
    if (key in attributes && readMessages(json(attributes[key])) === null)
      wrong.push(`${key}: shown raw: ${brief(attributes[key])}`);

  wrong.push(...wrongWithError(span, expected.error));
  if (typeof expected.incomplete === "boolean") {
    const incomplete = attributes["laminar.incomplete"] ?? false;
    if (incomplete !== expected.incomplete)
      wrong.push(`incomplete: ${incomplete}`);
  }
  const everything = [span.name, span.status.message, attributes, span.events];
  if (write(everything).includes("planted"))
    wrong.push(`it holds a secret: ${where(attributes, "planted")}`);
  return wrong;
}

function wrongWithError({ events, status }, error) {
  const exceptions = events.filter(({ name }) => name === "exception");
  if (!error)
    return [
      ...(exceptions.length > 0 ? ["an exception nobody expects"] : []),
      ...(status.code === ERROR ? ["status: an error nobody expects"] : []),
    ];
  if (exceptions.length !== 1) return [`${exceptions.length} exceptions`];
  const wrong = status.code === ERROR ? [] : [`status: ${status.code}`];
  const { attributes } = exceptions[0];
  for (const key of ["type", "message"]) {
    const found = attributes[`exception.${key}`];
    if (key in error && found !== error[key])
      wrong.push(`exception.${key}: ${brief(found)}, not ${error[key]}`);
  }
  return wrong;
}

function differs(found, expected) {
  if (expected === null) return found === undefined ? "" : "should be absent";
  if (expected.oneOf !== undefined)
    return expected.oneOf.some((each) => !differs(found, each))
      ? ""
      : `${brief(found)} is none of ${brief(expected.oneOf)}`;
  if (expected.optional) return "";
  if (found === undefined) return "missing";
  if (typeof expected === "number")
    return found === BigInt(expected) ? "" : `${brief(found)}, not ${expected}`;
  if (expected.double !== undefined)
    return Number(found) === expected.double
      ? ""
      : `${brief(found)}, not ${expected.double}`;
  if (expected.json !== undefined)
    return isDeepStrictEqual(json(found), expected.json)
      ? ""
      : `${brief(found)}, not ${brief(expected.json)}`;
  if (expected.mentions) {
    const missing = expected.mentions.filter((text) => !found.includes(text));
    if (missing.length > 0) return `${missing} are missing`;
    return !expected.first ||
      isDeepStrictEqual(json(found)?.[0], expected.first)
      ? ""
      : `first is ${brief(json(found)?.[0])}`;
  }
  if (expected.shown) return notShown(found, expected.shown);
  return isDeepStrictEqual(found, expected)
    ? ""
    : `${brief(found)}, not ${brief(expected)}`;
}

function notShown(text, expected) {
  const read = readMessages(json(text));
  if (read === null) return `shown raw: ${brief(text)}`;
  const { messages } = read;
  if (messages.length !== expected.length)
    return `${messages.length} messages: ${brief(messages)}`;
  for (const [at, want] of expected.entries()) {
    const why = notSeen(messages[at], want, text);
    if (why) return `message ${at}: ${why} in ${brief(text)}`;
  }
  return "";
}

function notSeen(message, want, whole) {
  const missing = (want.mentions ?? []).filter(
    (text) => !whole.includes(JSON.stringify(text).slice(1, -1)),
  );
  if (missing.length > 0) return `${missing} are missing`;
  if (want.role && roleOf(message) !== want.role)
    return `role ${message.role}, not ${want.role}`;
  if (want.refusal !== undefined)
    return message.refusal + message.text === want.refusal
      ? ""
      : `refusal ${message.refusal}`;
  for (const key of ["text", "thinking"])
    if (
      (want[key] !== undefined || !want.mentions) &&
      message[key] !== (want[key] ?? "")
    )
      return `${key} ${brief(message[key])}`;
  if (want.mentions && !want.calls) return "";
  return sameCalls(message.calls, want.calls ?? [])
    ? ""
    : `calls ${brief(message.calls)}`;
}

const roleOf = ({ role }) => (role === "developer" ? "system" : role);

/** Whether two tool calls are the same; the id is compared only if the case names it. */
function sameCalls(calls, wanted) {
  return (
    calls.length === wanted.length &&
    wanted.every(({ id, ...want }, at) => {
      const { id: foundId, ...found } = calls[at];
      return isDeepStrictEqual(found, want) && (!id || id === foundId);
    })
  );
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const write = (value) =>
  JSON.stringify(value, (_, each) =>
    typeof each === "bigint" ? Number(each) : each,
  ) ?? "nothing";
const brief = (value) => {
  const text = typeof value === "string" ? value : write(value);
  return text.length > 700 ? `${text.slice(0, 700)}…` : text;
};
const where = (attributes, word) =>
  Object.keys(attributes).filter((key) =>
    write(attributes[key]).includes(word),
  );
