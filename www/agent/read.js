// Fetches a page and keeps its paragraphs, one by one.

export async function readPage({ path, title, url }) {
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${path} answered ${response.status}`);
  }
  const paragraphs = [];
  await new HTMLRewriter()
    .on("p", {
      element() {
        paragraphs.push("");
      },
      text(chunk) {
        paragraphs[paragraphs.length - 1] += chunk.text;
      },
    })
    .transform(response)
    .arrayBuffer();
  return {
    title,
    url,
    paragraphs: paragraphs.map((p) => p.replace(/\s+/g, " ").trim()),
  };
}
