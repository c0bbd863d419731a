import { Laminar } from "laminar-edge";
import { recordEveryKind } from "./every-kind.js";

export default {
  async fetch(request) {
    Laminar.initialize((await request.json()).options);
    const contexts = recordEveryKind(Laminar);
    return Response.json({ contexts, report: await Laminar.flush() });
  },
};
