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

/** Calls `set` with the wire key and value of each entry. */
export function setMetadata(metadata, set) {
  if (typeof metadata !== "object" || metadata === null) return;
  try {
    for (const key of Object.keys(metadata)) {
      const value = toMetadata(metadata[key]);
      if (value !== undefined) set(METADATA + key, value);
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
