// A Worker that has the package twice, as bundlers may do: one part sets the mask, the other handles requests.

import * as one from "copy-one";
import * as two from "copy-two";

// There is no key here; the environment has it.
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
