// The methods of Laminar that change the active span. Without one they do nothing.

import { configuration } from "../options/configuration.js";
import { activeSpan } from "../context/context.js";
import { startFrom } from "./start.js";
import { toSpanContext, traceUuid } from "../context/span-context.js";
import { warnOnce } from "../host/warn.js";

const EVENT_SESSION_ID = "lmnr.event.session_id";
const EVENT_USER_ID = "lmnr.event.user_id";

/** @import { Attributes, EventOptions } from "../../index.js" */

const current = () => {
  const span = activeSpan();
  return span?.recording ? span : undefined;
};

export const currentSpanMethods = {
  getCurrentSpan() {
    return current();
  },

  setSpanAttributes(/** @type {Attributes} */ attributes) {
    current()?.setAttributes(attributes);
  },

  setSpanOutput(/** @type {unknown} */ output) {
    if (output !== null) current()?.setOutput(output);
  },

  setSpanTags(/** @type {string[]} */ tags) {
    current()?.setTags(tags);
  },

  addSpanTags(/** @type {string[]} */ tags) {
    current()?.addTags(tags);
  },

  setTraceSessionId(/** @type {string} */ sessionId) {
    current()?.setTraceSessionId(sessionId);
  },

  setTraceUserId(/** @type {string} */ userId) {
    current()?.setTraceUserId(userId);
  },

  setTraceMetadata(/** @type {Record<string, any>} */ metadata) {
    current()?.setTraceMetadata(metadata);
  },

  /** Adds the event to the active span, or to a span of its own. */
  event(/** @type {EventOptions} */ options) {
    if (configuration() === undefined) return;
    try {
      const { name, attributes, timestamp, sessionId, userId } = options;
      const all = { ...attributes };
      if (sessionId) all[EVENT_SESSION_ID] = sessionId;
      if (userId) all[EVENT_USER_ID] = userId;
      // Session and user belong to this event only, so they are not set on the span.
      const span = current() ?? startFrom({ name }, "", "DEFAULT");
      span.addEvent(name, all, timestamp);
      if (span !== current()) span.end();
    } catch {
      warnOnce("event", "an event was left out: it could not be read");
    }
  },

  getTraceId() {
    const span = activeSpan();
    return span?.destination === undefined ? null : traceUuid(span);
  },

  getLaminarSpanContext(span = activeSpan()) {
    return toSpanContext(span);
  },

  serializeLaminarSpanContext(span = activeSpan()) {
    const context = toSpanContext(span);
    return context === null ? null : JSON.stringify(context);
  },
};
