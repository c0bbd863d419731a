import { instrument, Laminar, observe } from "laminar-edge";

// LMNR_PROJECT_API_KEY comes from the environment. The server keeps running, so spans are sent
// in the background; at its end it sends the rest.
const server = Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  fetch: instrument(async (request) => {
    const question = new URL(request.url).searchParams.get("q") ?? "";
    return new Response(await observe({ name: "answer" }, answer, question));
  }),
});
console.log(`Listening on ${server.url}`);

process.on("SIGTERM", async () => {
  await server.stop();
  await Laminar.shutdown();
  process.exit();
});

async function answer(question) {
  return `${question}? Because.`;
}
