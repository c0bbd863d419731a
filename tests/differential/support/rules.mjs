// What the rules in differences.mjs ask of a difference.

/** The span it is about; undefined if it is about what the program returned. */
export function spanOf({ path }) {
  return path[0] === "spans" ? path[1] : undefined;
}

/** `attributes`, `events`, `status`, `resource`, ... */
export function areaOf({ path }) {
  return path[0] === "spans" ? path[2] : undefined;
}

/** The attribute's key, if it is about one. */
export function attributeOf(difference) {
  return areaOf(difference) === "attributes" ? difference.path[3] : undefined;
}

export function isOneOf(value, list) {
  return list.includes(value);
}

export const json = (value) => JSON.stringify(value);

/**
 * Whether ours is, on a span whose name matches, what the official SDK has on the span of another
 * name: both got the same, spelled differently.
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
