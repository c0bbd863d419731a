// A Worker of one handler.
import * as lib from "laminar-edge";
import { runAndPost } from "../suite.js";

export default {
  async fetch(request, { OPTIONS, WHO }) {
    return Response.json(await runAndPost(lib, OPTIONS, WHO));
  },
};
