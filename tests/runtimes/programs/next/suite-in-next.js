import * as lib from "laminar-edge";
import { runAndPost } from "./suite.js";

export async function answer(request) {
  const query = new URL(request.url).searchParams;
  const options = JSON.parse(query.get("options"));
  return Response.json(await runAndPost(lib, options, query.get("who")));
}
