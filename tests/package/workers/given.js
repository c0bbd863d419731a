// A Worker that initializes outside of any request, with a key and a mask of its own.

import { instrument, Laminar, observe } from "laminar-edge";

Laminar.initialize({
  projectApiKey: "given",
  baseUrl: "http://collector.example",
  mask: (key, value) =>
    typeof value === "string" ? value.replaceAll("secret", "•") : value,
});

export default instrument({
  async fetch() {
    await observe({ name: "answer" }, async () => {}, "a secret");
    return new Response("answered");
  },
});
