import { instrument, observe } from "laminar-edge";

export const runtime = "edge";

// LMNR_PROJECT_API_KEY comes from the environment. Spans are sent after the answer, by the
// platform's waitUntil.
export const GET = instrument(async (request) => {
  const question = new URL(request.url).searchParams.get("q") ?? "";
  return Response.json({
    answer: await observe({ name: "answer" }, answer, question),
  });
});

async function answer(question) {
  return `${question}? Because.`;
}
