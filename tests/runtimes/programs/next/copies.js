// Request functions that do not initialize: instrumentation.js has done it.

import { instrument, Laminar, observe } from "laminar-edge";
import { after, NextResponse } from "next/server";

async function answer({ url }) {
  const { searchParams } = new URL(url);
  const question = searchParams.get("question");
  const name = searchParams.get("name");
  const response = await observe({ name }, echo, question);
  // Only a response of Next.js's own class has them.
  response.cookies.set("seen", "yes");
  return response;
}

async function echo(question) {
  return NextResponse.json({ question });
}

export function observed(request) {
  after(() => Laminar.flush());
  return answer(request);
}

export const instrumented = instrument(answer);
