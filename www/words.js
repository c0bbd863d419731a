// Brings words to one form for the search index, the search and the model, so that a
// question about rings finds the page that says "ring".

const STOP = new Set(
  `a about again all also although am an and any are as at be because been before being but by can come could did do
  does each else for from get give go goes had has have he her here him his how i if in into is it its just like made
  make many me more most much my no not of on one only or other our out over own please really said say she so some
  something such tell than that the their them then there these they thing this those through to too two up us very was
  we were what when where which while who whom whose why will with would you your know known mean name
  often ever long far away old`.split(/\s+/),
);

const SAME = new Map([
  ["biggest", "largest"],
  ["big", "large"],
  ["warmest", "hottest"],
  ["closest", "nearest"],
  ["furthest", "farthest"],
  ["tiniest", "smallest"],
  ["quickest", "fastest"],
  ["heat", "hot"],
  ["found", "discovered"],
]);

function stem(word) {
  let s = SAME.get(word) ?? word;
  if (s.length > 4 && s.endsWith("ies")) s = `${s.slice(0, -3)}y`;
  else if (s.length > 3 && /[^sui]s$/.test(s)) s = s.slice(0, -1);
  if (s.length > 5) s = s.replace(/(ing|ed)$/, "");
  return s.length > 4 ? s.replace(/e$/, "") : s;
}

export function words(text) {
  const found = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return found.filter((word) => word.length > 1 && !STOP.has(word)).map(stem);
}

export function sentences(text) {
  return text
    .split(/(?<=[.!?])\s+(?=\p{Lu})/u)
    .map((s) => s.trim())
    .filter(Boolean);
}
