// The same programs in workerd.

import * as sdk from "laminar-edge";
import { runAll } from "./support/run.mjs";

export default {
  async fetch(request) {
    const { port } = await request.json();
    return Response.json(await runAll(sdk, port));
  },
};
