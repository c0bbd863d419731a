// The programs in a Worker.

import { Laminar } from "laminar-edge";
import { runProgram } from "./libraries.mjs";

export default {
  async fetch(request, env, ctx) {
    const { options, ...run } = await request.json();
    Laminar.initialize(options);
    const outcome = await runProgram(run);
    await Laminar.flush();
    return Response.json(outcome ?? null);
  },
};
