// Compares two runs of one program, leaf by leaf.

/** Returns a list of `{ program, path, official, ours }`; a missing side is undefined. */
export function differences(program, official, ours) {
  const found = [];
  const [left, right] = [orderedAs(official, ours), orderedAs(ours, official)];
  walk([], left, right, (path, left, right) =>
    found.push({ program, path, official: left, ours: right }),
  );
  return found;
}

/** Keeps the order of the spans that both have. */
function orderedAs(one, other) {
  return { ...one, order: one.order.filter((key) => key in other.spans) };
}

function walk(path, left, right, report) {
  if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
      walk([...path, key], left[key], right[key], report);
  } else if (JSON.stringify(left) !== JSON.stringify(right)) {
    report(path, left, right);
  }
}

// Lists are compared as a whole: they are values of attributes, or events in order.
const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function describe({ program, path, official, ours }) {
  const show = (value) =>
    value === undefined ? "(nothing)" : shorten(JSON.stringify(value));
  return `${program}: ${path.join(" > ")}\n    official ${show(official)}\n    ours     ${show(ours)}`;
}

const shorten = (text) =>
  text.length <= 2000
    ? text
    : `${text.slice(0, 1000)} (${text.length} in all) ${text.slice(-200)}`;
