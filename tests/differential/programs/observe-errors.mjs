// What observe records of a failure, which the caller gets unchanged.

class QuotaError extends Error {
  name = "QuotaError";
}
const failures = {
  error: new Error("plain"),
  "type error": new TypeError("typed"),
  "own class": new QuotaError("spent"),
  "with a code": Object.assign(new Error("coded"), { code: "E_CODE" }),
  "with a numeric code": Object.assign(new Error("coded"), { code: 7 }),
  "with a cause": new Error("outer", { cause: new Error("inner") }),
  "empty message": new Error(""),
  string: "just text",
  number: 5,
  object: { message: "not an error", name: "Custom" },
  "object without message": { reason: "none" },
  undefined: undefined,
  null: null,
};

export default async ({ observe }) => {
  const changed = [];
  for (const [name, failure] of Object.entries(failures)) {
    try {
      observe({ name: `throw ${name}` }, () => {
        throw failure;
      });
      changed.push(`throw ${name} passed`);
    } catch (error) {
      if (error !== failure) changed.push(`throw ${name}`);
    }
    try {
      await observe({ name: `reject ${name}` }, async () => {
        throw failure;
      });
      changed.push(`reject ${name} passed`);
    } catch (error) {
      if (error !== failure) changed.push(`reject ${name}`);
    }
  }
  await observe({ name: "caught outside" }, async () => {
    try {
      await observe({ name: "failed inside" }, async () => {
        throw new Error("inside");
      });
    } catch {
      return "went on";
    }
  });
  return { changed };
};
