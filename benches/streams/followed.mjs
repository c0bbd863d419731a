// A stream that the SDK follows: the result of `observe`, and the body of a response under `instrument`.

import { instrument, observe } from "laminar-edge";
import { finish, INITIALIZE, start } from "./ours.mjs";
import { worker } from "./worker.mjs";

export default worker({
  start,
  finish,
  read: (make, read) => read(observe({ name: "stream" }, make), () => {}),
  respond(answer) {
    const handler = instrument(
      {
        fetch: (request, env) =>
          answer(env, new URL(request.url).searchParams.get("body")),
      },
      { initialize: INITIALIZE },
    );
    return (request, env, ctx) => handler.fetch(request, env, ctx);
  },
});
