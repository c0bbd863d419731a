/**
 * Resolves to the promise's value, or to undefined if that takes longer; rejects if the promise does.
 *
 * @template T
 * @param {PromiseLike<T> | T} promise
 * @param {number} ms
 * @returns {Promise<T | undefined>}
 */
export async function within(promise, ms) {
  /** @type {number | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
