const lib = require("laminar-edge");

// `import` must return the same package with the same state, not a second one.
import("laminar-edge").then(async (imported) => {
  if (imported.Laminar !== lib.Laminar) throw new Error("there are two");
  const { runAndPost } = await import("./suite.js");
  await runAndPost(lib, JSON.parse(process.argv[2]), process.argv[3]);
});
