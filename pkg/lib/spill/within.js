/** What the promise gives, or undefined if that takes longer. Rejects as it does. */
export async function within(promise, ms) {
  let timer;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
