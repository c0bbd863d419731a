// A Worker into which a bundler has put the package twice: one part of it sets the mask, the other handles
// requests.

import * as one from "copy-one";
import * as two from "copy-two";

// No key here: it comes with the environment.
one.Laminar.initialize({
  mask: (key, value) =>
    typeof value === "string" ? value.replaceAll("secret", "•") : value,
});

export default two.instrument({
  async fetch(request) {
    if (new URL(request.url).pathname === "/stats")
      return Response.json({
        first: one.Laminar.stats(),
        second: two.Laminar.stats(),
      });
    // Without AsyncLocalStorage a parent has to be named.
    await two.observe(
      { name: "outer" },
      async () => {
        const parent = two.Laminar.getCurrentSpan();
        await one.observe(
          { name: "inner", parent },
          async () => {},
          "a secret",
        );
      },
      "a secret",
    );
    return Response.json({
      same: one.Laminar.getProjectApiKey() === two.Laminar.getProjectApiKey(),
    });
  },
});
