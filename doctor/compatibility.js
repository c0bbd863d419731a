// Which of Node's modules a Worker has with a compatibility date and flags. tests/doctor/ compares it with
// workerd.

/** From this date on, workerd has Node's modules without a flag. */
const NODE_BY_DEFAULT = "2026-08-04";

const GIVE_STORAGE = ["nodejs_als", "nodejs_compat", "nodejs_compat_v2"];
// The default consists of two flags, and either of them gives AsyncLocalStorage.
const TAKE_DEFAULT = ["no_nodejs_compat", "no_nodejs_compat_v2"];

/**
 * Returns whether `node:async_hooks` can be imported.
 * @param {string} date YYYY-MM-DD
 * @param {string[]} flags
 */
export function hasAsyncLocalStorage(date, flags) {
  if (GIVE_STORAGE.some((flag) => flags.includes(flag))) return true;
  return (
    date >= NODE_BY_DEFAULT &&
    !TAKE_DEFAULT.every((flag) => flags.includes(flag))
  );
}

/**
 * Returns the flags that are given both with and without `no_`; workerd does not start with them.
 * @param {string[]} flags
 */
export function contradictions(flags) {
  return flags.filter((flag) => flags.includes(`no_${flag}`));
}

/**
 * Returns whether a text is a date of the calendar in the form that workerd takes.
 * @param {unknown} text
 * @returns {text is string}
 */
export function isDate(text) {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text))
    return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
