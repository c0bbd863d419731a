// The search index of the pages in www/pages, made from their words at start,
// as a static site's search does it.

import { readFile, readdir } from "node:fs/promises";
import { words } from "../words.js";

const FOLDER = new URL("../pages/", import.meta.url);

// A page that is in the index and no longer exists: the agent gets a 404 and has
// to go on without it.
const STALE = {
  path: "ceres.html",
  title: "Ceres",
  about: "the dwarf planet in the asteroid belt",
  text: "Ceres Ceres Ceres dwarf planet asteroid belt",
};

export async function readIndex() {
  const names = (await readdir(FOLDER)).filter((n) => n.endsWith(".html"));
  const pages = await Promise.all(names.sort().map(readEntry));
  pages.push(STALE);
  return pages.map(({ path, title, about, text }) => ({
    path,
    title,
    about,
    words: count(words(text)),
  }));
}

async function readEntry(path) {
  const html = await readFile(new URL(path, FOLDER), "utf8");
  const meta = /name="description"\s+content="(.*?): (.*?)"/.exec(html);
  const body = html.slice(html.indexOf("<body>")).replace(/<[^>]*>/g, " ");
  return { path, title: meta[1], about: meta[2], text: `${body} ${meta[2]}` };
}

function count(list) {
  const counts = {};
  for (const word of list) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
