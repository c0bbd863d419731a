// Describes the result of a call.

export function outcome(action) {
  try {
    return `returned ${describe(action())}`;
  } catch (error) {
    return `threw ${describe(error)}`;
  }
}

function describe(value) {
  return value instanceof Error ? value.name : String(value);
}
