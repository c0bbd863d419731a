// What programs return, as values that can be compared.

/** Returns what JSON keeps of `value`. */
export const plain = (value) => JSON.parse(JSON.stringify(value ?? null));

/** Resolves to what a caller sees of the error with which `promise` rejects. */
export async function failureOf(promise) {
  try {
    return { unexpected: plain(await promise) };
  } catch (error) {
    const { name, message, status, code, type, param } = error;
    const kind = error.constructor.name;
    return plain({ kind, name, message, status, code, type, param });
  }
}

export const textOf = (stream) => new Response(stream).text();
