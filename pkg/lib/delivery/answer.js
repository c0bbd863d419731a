// What a server says, read with the parsers that the engine has anyway. Untrusted: anything odd
// says nothing.

import { partialSuccess } from "./partial-success.js";

// A partial success fits in less; nobody waits for more.
const BODY_BYTES = 64 << 10;
// The status is known: this is only for the connection to be free again.
const BODY_MS = 2_000;
const MESSAGE_UNITS = 200;
// Longer orders count as this.
const MAX_RETRY_AFTER_MS = 300_000;

/** What a delivery needs of a response; `said` is a promise that never rejects. Never throws. */
export function answerOf(response) {
  const status = statusOf(response);
  const type = headerOf(response, "content-type");
  return {
    status,
    retryAfterMs: retryAfterMs(headerOf(response, "retry-after")),
    said: beginningOf(response).then((body) => saidBy(status, type, body)),
  };
}

/** 0 for what is no answer at all. */
function statusOf(response) {
  // A browser hides the status of a redirect that it does not follow.
  if (response?.type === "opaqueredirect") return 302;
  const status = response?.status;
  return Number.isInteger(status) && status >= 100 && status <= 999
    ? status
    : 0;
}

function headerOf(response, name) {
  try {
    return String(response.headers.get(name) ?? "").trim();
  } catch {
    return "";
  }
}

/** Seconds, or a date in one of HTTP's three forms; undefined for anything else. */
function retryAfterMs(value) {
  const wait = /^\d{1,18}$/.test(value)
    ? Number(value) * 1_000
    : dateOf(value) - Date.now();
  return wait === wait
    ? Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS)
    : undefined;
}

function dateOf(value) {
  if (!/^[A-Z][a-z]{2,8},? [\w -]{6,12} [\d: ]{8,13}( GMT)?$/.test(value))
    return NaN;
  // The oldest of the three forms does not name its zone, which is the same.
  const ms = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  // The engine takes the 31st of February for the 3rd of March.
  const day = Number(/\d+/.exec(value)?.[0]);
  return new Date(ms).getUTCDate() === day ? ms : NaN;
}

/** Never rejects. Read to its end or cancelled, so that the connection is free again. */
async function beginningOf(response) {
  const parts = [];
  let length = 0;
  let reader;
  let timer;
  const stop = () => reader.cancel().catch(() => {});
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return new Uint8Array(0);
    timer = setTimeout(stop, BODY_MS);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      if (length > BODY_BYTES) {
        stop();
        break;
      }
    }
  } catch {
    // What came so far has to do: the status decides.
  }
  clearTimeout(timer);
  return joined(parts, Math.min(length, BODY_BYTES));
}

function joined(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part.subarray(0, length - at), at);
    at = Math.min(at + part.length, length);
  }
  return whole;
}

function saidBy(status, type, body) {
  if (status < 200 || status > 299) {
    const text = textOf(body).slice(0, MESSAGE_UNITS).trim();
    return { rejected: 0, message: `HTTP ${status} ${text}`.trim() };
  }
  // Not every collector says what it sends, and no protobuf of OTLP's begins with a brace.
  if (!/json/i.test(type) && body[0] !== 0x7b)
    return /^text\//i.test(type)
      ? { rejected: 0, message: "" }
      : partialSuccess(body);
  try {
    const answer = JSON.parse(textOf(body));
    const partial = answer?.partialSuccess ?? answer?.partial_success;
    return {
      rejected: countOf(partial?.rejectedSpans ?? partial?.rejected_spans),
      message: messageOf(partial?.errorMessage ?? partial?.error_message),
    };
  } catch {
    return { rejected: 0, message: "" };
  }
}

function textOf(body) {
  return new TextDecoder().decode(body);
}

/** JSON has 64-bit numbers as text. */
function countOf(value) {
  const digits = typeof value === "string" && /^\d{1,15}$/.test(value);
  const count = digits ? Number(value) : value;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function messageOf(value) {
  return typeof value === "string" ? value.slice(0, MESSAGE_UNITS) : "";
}
