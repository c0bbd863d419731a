import { instrument, observe } from "laminar-edge";

// The key is read from env, the request becomes a span, and the spans are sent when the answer has been
// read.
export default instrument({
  async fetch(request) {
    const question = new URL(request.url).searchParams.get("q") ?? "";
    const pages = await observe(
      { name: "search", spanType: "TOOL" },
      search,
      question,
    );
    const answer = observe({ name: "write" }, write, question, pages);
    return new Response(answer, { headers: { "content-type": "text/plain" } });
  },
});

async function search(question) {
  return question.split(" ").map((word) => `a page about ${word}`);
}

/** Yields word by word, like a model. */
function write(question, pages) {
  const words = `${pages.length} pages answer: ${question}`.split(/(?<= )/);
  return new ReadableStream({
    async pull(controller) {
      const word = words.shift();
      if (word === undefined) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.enqueue(new TextEncoder().encode(word));
    },
  });
}
