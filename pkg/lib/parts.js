// Tags, metadata and links, from what users give.

import { Attributes, METADATA } from "./attributes.js";
import { toAttribute, toMetadata, toName } from "./value.js";
import { warnOnce } from "./warn.js";

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** Each tag once, in order; undefined for what is no list of tags. */
export function tagsOf(tags) {
  const found = toAttribute(tags);
  return Array.isArray(found) ? [...new Set(found.map(toName))] : undefined;
}

// Which metadata of an association was written as JSON, so that a span context can give it back.
const WRITTEN = Symbol("written as JSON");

/** Adds metadata to what children inherit. */
export function addMetadata(association, metadata) {
  setMetadata(metadata, (key, value, given) => {
    association[key] = value;
    const written = typeof given === "object";
    if (written || association[WRITTEN])
      association[WRITTEN] = { ...association[WRITTEN], [key]: written };
  });
}

/** Metadata as it was given, as far as JSON can say it. */
export function givenMetadata(association) {
  const metadata = {};
  for (const key in association) {
    if (!key.startsWith(METADATA)) continue;
    const value = association[key];
    const written =
      typeof value === "string" && association[WRITTEN]?.[key] === true;
    metadata[key.slice(METADATA.length)] = written
      ? JSON.parse(value)
      : typeof value === "bigint"
        ? Number(value)
        : value;
  }
  return metadata;
}

/** Calls `set` with the wire key, the value as it travels and as it was given, for each entry. */
export function setMetadata(metadata, set) {
  if (typeof metadata !== "object" || metadata === null) return;
  try {
    for (const key of Object.keys(metadata)) {
      const given = metadata[key];
      const value = toMetadata(given);
      if (value !== undefined) set(METADATA + key, value, given);
    }
  } catch {
    warnOnce("metadata", "metadata was left out: it could not be read");
  }
}

/** OpenTelemetry's Link as it is packed; undefined without two valid ids. */
export function linkTo(link) {
  try {
    const { traceId, spanId } = link.context;
    if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return undefined;
    const words = (traceId + spanId)
      .match(/.{8}/g)
      .map((word) => parseInt(word, 16));
    const attributes = new Attributes();
    for (const key of Object.keys(link.attributes ?? {})) {
      const value = toAttribute(link.attributes[key]);
      if (value !== undefined) attributes[key] = value;
    }
    return {
      trace: words.slice(0, 4),
      high: words[4],
      low: words[5],
      attributes,
    };
  } catch {
    warnOnce("link", "a link was left out: it could not be read");
    return undefined;
  }
}
