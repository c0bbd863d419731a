// Helpers for the rules in differences.mjs.

/** Returns the span of a difference; undefined if it is in the program's result. */
export function spanOf({ path }) {
  return path[0] === "spans" ? path[1] : undefined;
}

/** `attributes`, `events`, `status`, `resource`, ... */
export function areaOf({ path }) {
  return path[0] === "spans" ? path[2] : undefined;
}

/** Returns the attribute's key, if it is about one. */
export function attributeOf(difference) {
  return areaOf(difference) === "attributes" ? difference.path[3] : undefined;
}

export function isOneOf(value, list) {
  return list.includes(value);
}

export const json = (value) => JSON.stringify(value);

/**
 * Returns whether ours has, on a span whose name matches, the value that the official SDK has on a span of
 * another name: both have the same span under different names.
 */
export function sameAs(difference, spans, name, other) {
  const found = name.exec(spanOf(difference))?.[0];
  if (found === undefined) return false;
  let expected = spans;
  for (const key of difference.path.slice(1))
    expected = expected?.[key.replace(found, other)];
  const ours = json(difference.ours);
  return (
    ours !== undefined &&
    [ours, ours.replaceAll(found, other)].includes(json(expected))
  );
}
