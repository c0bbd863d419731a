// A Worker whose memory or stack runs out.

import { said } from "./console.js";
import * as scenarios from "../scenarios/exhaustion.mjs";

export default {
  async fetch(request) {
    const { name, ...input } = await request.json();
    const result = await scenarios[name](input);
    return Response.json({ result, said });
  },
};
