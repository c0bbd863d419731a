// Puts batches that other isolates have published into the buffer of the Tail Worker, which joins them and sends
// them with retries like its own spans.

import { callCore } from "../core/instance.js";
import { configuration } from "../options/configuration.js";
import { destinationOf, registerDestination } from "../options/destination.js";
import { warnOnce } from "../host/warn.js";
import { checkOf } from "./check.js";

/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").SpansMessage} SpansMessage */
/** @typedef {import("../../tail.js").TailReport} TailReport */

/**
 * Puts the batch of a message into the buffer, and counts it in the report. Returns whether the message is about a
 * batch.
 * @param {Message} message
 * @param {Record<string, unknown>} projects
 * @param {TailReport} report
 */
export function receive(message, projects, report) {
  if (message.type === "unreadable") report.unreadable++;
  if (message.type === "spans") put(message, projects, report);
  return message.type === "unreadable" || message.type === "spans";
}

/**
 * @param {SpansMessage} message
 * @param {Record<string, unknown>} projects
 * @param {TailReport} report
 */
function put(message, projects, report) {
  const destination = destinationFor(message, projects);
  if (destination === undefined) {
    report.unmatched++;
    // Without any key there was a warning already.
    if (configuration() === undefined) return;
    warnOnce(
      "tail project",
      "a batch of another project came: name its key in the option projects of collectTail; it was not sent",
    );
    return;
  }
  const spans = callCore(
    (exports, instance, glue) =>
      glue.receive(registerDestination(destination, instance), message.body),
    0,
  );
  if (spans === 0) report.unreadable++;
  report.received += spans;
}

/**
 * Returns where to send a batch, which is never a project that its Worker did not choose.
 * @param {SpansMessage} message
 * @param {Record<string, unknown>} projects
 */
function destinationFor({ project, check }, projects) {
  const inForce = configuration();
  const { destination, transport, url, key } = inForce ?? {};
  if (destination === undefined || transport === undefined) return undefined;
  const of = (/** @type {string | undefined} */ key) =>
    key && destinationOf(/** @type {string} */ (url), key, transport);
  if (project !== undefined)
    return (
      (Object.hasOwn(projects, project) && of(keyOf(projects[project]))) ||
      undefined
    );
  if (check === undefined || checkOf(/** @type {string} */ (key)) === check)
    return destination;
  const keys = Object.values(projects).map(keyOf);
  return of(keys.find((each) => each && checkOf(each) === check)) || undefined;
}

/** Returns the key as initialize takes it; undefined for a secret that is not set. @param {unknown} key */
function keyOf(key) {
  return (typeof key === "string" && key.trim()) || undefined;
}
