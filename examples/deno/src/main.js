import { instrument, Laminar, observe } from "laminar-edge";

const handler = instrument(async (request) => {
  const question = new URL(request.url).searchParams.get("q") ?? "";
  return new Response(await observe({ name: "answer" }, answer, question));
});

// LMNR_PROJECT_API_KEY comes from the environment. The server keeps running, so spans are sent
// in the background; at its end it sends the rest.
const server = Deno.serve(
  { port: Number(Deno.env.get("PORT") ?? 8000) },
  handler,
);
Deno.addSignalListener("SIGTERM", async () => {
  await server.shutdown();
  await Laminar.shutdown();
  Deno.exit();
});

async function answer(question) {
  return `${question}? Because.`;
}
