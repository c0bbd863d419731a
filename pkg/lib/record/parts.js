// Reads tags, links and exceptions from users' values.

import { areIds } from "../values/ids.js";
import { readInto } from "./pairs.js";
import { messageOf, toAttribute, toName } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @import { Link as GivenLink } from "../../index.js" */
/** @import { Link, Pairs } from "./pairs.js" */

/**
 * Returns each tag once, in order; undefined if the value is no list of tags.
 * @param {unknown} tags
 */
export function tagsOf(tags) {
  const found = toAttribute(tags);
  return Array.isArray(found) ? [...new Set(found.map(toName))] : undefined;
}

/**
 * Returns OpenTelemetry's Links as they are packed, without those that cannot be read.
 * @type {(links: unknown) => Link[]}
 */
export function linksTo(links) {
  /** @type {Link[]} */
  const all = [];
  try {
    if (Array.isArray(links))
      for (const link of links) {
        const found = linkTo(link);
        if (found !== undefined) all.push(found);
      }
  } catch {
    warnOnce("link", "links were left out: they could not be read");
  }
  return all;
}

/**
 * Returns OpenTelemetry's Link as it is packed; undefined without two valid ids.
 * @type {(link: GivenLink) => Link | undefined}
 */
function linkTo(link) {
  try {
    const { traceId, spanId } = link.context;
    if (!areIds(traceId, spanId)) return undefined;
    const words = /** @type {string[]} */ (
      (traceId + spanId).match(/.{8}/g)
    ).map((word) => parseInt(word, 16));
    /** @type {Pairs} */
    const pairs = [];
    readInto(pairs, link.attributes ?? {});
    return {
      trace: words.slice(0, 4),
      high: words[4],
      low: words[5],
      pairs,
    };
  } catch {
    warnOnce("link", "a link was left out: it could not be read");
    return undefined;
  }
}

/**
 * Returns OpenTelemetry's attributes of an exception, which may be any value.
 * @param {unknown} exception
 */
export function exceptionAttributes(exception) {
  /** @type {Record<string, string>} */
  const attributes = {};
  try {
    if (typeof exception === "string") {
      attributes["exception.message"] = exception;
    } else {
      const { code, name, message, stack } = Object(exception);
      if (code || name) attributes["exception.type"] = toName(code || name);
      if (message) attributes["exception.message"] = toName(message);
      if (stack) attributes["exception.stacktrace"] = toName(stack);
      if (!(code || name || message)) {
        // Any value can be thrown. If it cannot be read, the span has failed all the same.
        attributes["exception.type"] = typeof exception;
        attributes["exception.message"] = messageOf(exception);
      }
    }
  } catch {
    attributes["exception.message"] = "unknown";
  }
  return attributes;
}
