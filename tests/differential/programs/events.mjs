// addEvent and recordException.

export default async ({ Laminar }) => {
  const span = Laminar.startSpan({ name: "events" });
  span.addEvent("bare");
  span.addEvent("with attributes", {
    string: "text",
    int: 1,
    double: 1.5,
    list: ["a", "b"],
    null: null,
    undefined: undefined,
    object: { a: 1 },
    mixed: ["a", 1],
  });
  span.addEvent("");
  span.addEvent("bare");
  span.end();

  const exceptions = {
    error: new Error("plain"),
    "type error": new TypeError("typed"),
    coded: Object.assign(new Error("coded"), { code: "E_CODE" }),
    "code zero": Object.assign(new Error("coded"), { code: 0 }),
    "numeric code": Object.assign(new Error("coded"), { code: 404 }),
    string: "just text",
    "empty string": "",
    object: { message: "not an error", name: "Custom" },
    "only a name": { name: "Custom" },
    "only a message": { message: "only this" },
    "only a code": { code: "E_ONLY" },
    "empty object": {},
    number: 5,
    undefined: undefined,
    null: null,
  };
  for (const [name, exception] of Object.entries(exceptions)) {
    const failed = Laminar.startSpan({ name: `exception ${name}` });
    try {
      failed.recordException(exception);
    } catch {
      failed.setAttribute("threw", true);
    }
    failed.end();
  }
};
