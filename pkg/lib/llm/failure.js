// The part of an error that a span may record.

import { messageOf, toName } from "../values/value.js";

/**
 * Returns name, message and stack of an error, without the parts of the request's URL that may be secret: some
 * runtimes write the whole URL into what they throw.
 * @param {any} error
 * @param {string} url
 */
export function exceptionOf(error, url) {
  const secrets = secretsOf(url);
  const discreet = (/** @type {string} */ text) =>
    secrets.reduce((found, secret) => found.replaceAll(secret, ""), text);
  let name = "Error";
  let stack;
  try {
    name = toName(error?.name || name);
    if (typeof error?.stack === "string") stack = discreet(error.stack);
  } catch {
    // It cannot be read.
  }
  return { name, message: discreet(messageOf(error)), stack };
}

/** @param {string} url */
function secretsOf(url) {
  try {
    const { search, hash, username, password } = new URL(url);
    return [
      search,
      hash,
      `${username}:${password}@`,
      username,
      password,
    ].filter((part) => part.length > 1);
  } catch {
    return [];
  }
}
