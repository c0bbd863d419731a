// Request functions that initialize nothing: instrumentation.js has done so.

import { instrument, Laminar, observe } from "laminar-edge";
import { after } from "next/server";

function answer({ url }) {
  const { searchParams } = new URL(url);
  const question = searchParams.get("question");
  return observe({ name: searchParams.get("name") }, echo, question);
}

async function echo(question) {
  return Response.json({ question });
}

export function observed(request) {
  after(() => Laminar.flush());
  return answer(request);
}

export const instrumented = instrument(answer);
