// A Worker with the build that has traps.

import { program } from "../support/trap-program.mjs";
import { said } from "./console.js";
import * as sdk from "traps-entry";
import "traps-spill";

const { Laminar, observe } = sdk;

const routes = {
  /** Traps at the places in `armed`, after the spans have been recorded. */
  async flush({ options, names, armed = [] }) {
    Laminar.initialize(options);
    for (const name of names) observe({ name }, () => name);
    globalThis.laminarTraps = armed;
    const report = await Laminar.flush();
    return { report, stats: Laminar.stats(), said };
  },

  async program(input) {
    return { outcome: await program(sdk, input), said };
  },
};

export default {
  async fetch(request) {
    const route = routes[new URL(request.url).pathname.slice(1)];
    return Response.json(await route(await request.json()));
  },
};
