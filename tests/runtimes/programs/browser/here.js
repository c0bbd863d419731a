// Runs the suite in the page or worker that its URL names.
import { runAndPost } from "../suite.js";

export function runHere(lib) {
  const query = new URLSearchParams(location.search);
  const options = JSON.parse(query.get("options"));
  const run = () => runAndPost(lib, options, query.get("who"));
  if (!("ServiceWorkerGlobalScope" in self)) return run();
  self.addEventListener("install", (event) => event.waitUntil(run()));
}
