// The association properties of a trace, which children inherit: user, session, metadata, trace type.

import { METADATA, SESSION_ID, TRACE_TYPE, USER_ID } from "./attributes.js";
import { toMetadata } from "./value.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../../index.js").AttributeValue} AttributeValue */

// Attribute keys of metadata. Keys that were joined once are compared and copied faster.
const MAX_KEYS = 256;
// From this many entries on, keys are found by an index and not by a search.
const MANY = 64;
/** @type {Map<string, string>} */
const keys = new Map();

export class Association {
  /**
   * @param {string} [userId]
   * @param {string} [sessionId]
   * @param {string} [traceType]
   */
  constructor(userId, sessionId, traceType) {
    this.userId = userId;
    this.sessionId = sessionId;
    this.traceType = traceType;
    /**
     * Attribute key, value, and whether the value was written as JSON, so that a span context can return the
     * original.
     * @type {any[] | undefined}
     */
    this.metadata = undefined;
    this.index = /** @type {Map<string, number> | undefined} */ (undefined);
  }

  /**
   * Takes over the other one's properties where it has them.
   * @param {Association | undefined} other
   */
  add(other) {
    if (other === undefined) return;
    this.userId = other.userId ?? this.userId;
    this.sessionId = other.sessionId ?? this.sessionId;
    this.traceType = other.traceType ?? this.traceType;
    const { metadata = [] } = other;
    for (let i = 0; i < metadata.length; i += 3)
      this.set(metadata[i], metadata[i + 1], metadata[i + 2]);
  }

  /** @param {Record<string, unknown> | undefined} metadata */
  addMetadata(metadata) {
    readMetadata(metadata, this);
  }

  /**
   * @param {string} key
   * @param {AttributeValue} value
   * @param {boolean} written
   */
  set(key, value, written) {
    const list = (this.metadata ??= []);
    let at = 0;
    if (list.length < 3 * MANY) {
      while (at < list.length && list[at] !== key) at += 3;
    } else {
      if (this.index === undefined) {
        this.index = new Map();
        for (let i = 0; i < list.length; i += 3) this.index.set(list[i], i);
      }
      at = this.index.get(key) ?? list.length;
      this.index.set(key, at);
    }
    list[at] = key;
    list[at + 1] = value;
    list[at + 2] = written;
  }

  /** Returns the metadata as it was given, as far as JSON keeps it. */
  givenMetadata() {
    // Assigning the key __proto__ would set the prototype.
    const given = [];
    const { metadata = [] } = this;
    for (let i = 0; i < metadata.length; i += 3) {
      const value = metadata[i + 1];
      given.push([
        metadata[i].slice(METADATA.length),
        metadata[i + 2]
          ? JSON.parse(value)
          : typeof value === "bigint"
            ? Number(value)
            : value,
      ]);
    }
    return Object.fromEntries(given);
  }
}

/**
 * Sets an association on a span that has no attributes yet.
 * @param {{ begin(key: string, value: AttributeValue): void }} span
 * @param {Association} association
 */
export function associate(span, { userId, sessionId, traceType, metadata }) {
  if (userId !== undefined) span.begin(USER_ID, userId);
  if (sessionId !== undefined) span.begin(SESSION_ID, sessionId);
  if (metadata !== undefined)
    for (let i = 0; i < metadata.length; i += 3)
      span.begin(metadata[i], metadata[i + 1]);
  if (traceType !== undefined) span.begin(TRACE_TYPE, traceType);
}

/**
 * Calls `taker.set` with attribute key, value, and whether that is JSON, for each entry.
 * @param {Record<string, unknown> | undefined} metadata
 * @param {{ set(key: string, value: AttributeValue, written: boolean): void }} taker
 */
export function readMetadata(metadata, taker) {
  if (typeof metadata !== "object" || metadata === null) return;
  try {
    for (const key of Object.keys(metadata)) {
      const given = metadata[key];
      const value = toMetadata(given);
      if (value !== undefined)
        taker.set(
          keyOf(key),
          value,
          typeof value === "string" && typeof given === "object",
        );
    }
  } catch {
    warnOnce("metadata", "metadata was left out: it could not be read");
  }
}

/** @param {string} key */
function keyOf(key) {
  let whole = keys.get(key);
  if (whole === undefined) {
    whole = METADATA + key;
    if (keys.size < MAX_KEYS) keys.set(key, whole);
  }
  return whole;
}
