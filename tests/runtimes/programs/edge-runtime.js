import * as lib from "laminar-edge";
import { runAndPost } from "./suite.js";

addEventListener("fetch", (event) => {
  const run = async () => {
    const { options, who } = await event.request.json();
    return Response.json(await runAndPost(lib, options, who));
  };
  event.respondWith(run());
});
