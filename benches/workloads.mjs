// The recorded data. Every contender gets the same values; the code that a contender needs to record them is in
// contenders/.

export const SYSTEM =
  "You are a careful assistant for travellers. Answer from the documents you are given, name the one that you used, and say so when none of them answers the question. Keep to the language of the question. Never invent prices, times or names of places, and never recommend what the documents advise against. Write short sentences, at most five of them, without lists, headings or links of any kind. If a question has several parts, answer them in the order in which they were asked, and say plainly which of them you cannot answer at all.";
export const QUESTION =
  "We arrive in the evening with two small children and a lot of luggage, and we would like to reach the hotel by the river without changing more than once. Is there a train that still runs after ten, does it stop near the old bridge, and would a taxi be cheaper for the four of us? We also wonder if the museum by the market is open the day after, since it will be a holiday, and whether tickets have to be bought before. Thank you.";
export const ANSWER =
  "The last train leaves at a quarter to eleven and stops at the old bridge, five minutes on foot from the river, according to the second document. It needs no change. A taxi costs about as much as four tickets at that hour, as the first document says, and takes longer on Fridays. The museum by the market opens at noon on holidays. Tickets are sold at the door, and children go in free with an adult at any time.";
export const OUTPUT = `${ANSWER} I found nothing about luggage in the three documents, so ask at the station, or write to the hotel, about lockers and trolleys, and ask early.`;

// The same prose with words outside of ASCII, as most languages have them.
const foreign = (text) =>
  text
    .replaceAll("train", "поезд")
    .replaceAll("river", "Fluß")
    .replaceAll("museum", "博物館")
    .replaceAll("document", "дoкумент")
    .replaceAll("children", "niños");

const chat = (say) => {
  const [system, question, answer, output] = [
    SYSTEM,
    QUESTION,
    ANSWER,
    OUTPUT,
  ].map(say);
  return (i) => ({
    name: "chat",
    spanType: "LLM",
    input: [
      { role: "system", content: system },
      { role: "assistant", content: `${answer} Reference ${i}.` },
      { role: "user", content: `${question} My booking is number ${i}.` },
    ],
    output: { role: "assistant", content: `${output} (${i})` },
    userId: "user-4711",
    sessionId: `session-${i % 100}`,
    metadata: { environment: "production", region: "eu-west" },
    attributes: {
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
      "gen_ai.usage.input_tokens": 300 + (i % 200),
      "gen_ai.usage.output_tokens": 120 + (i % 50),
      "llm.usage.total_tokens": 420 + (i % 250),
      "gen_ai.usage.input_cost": 0.000045,
      "gen_ai.usage.output_cost": 0.0000725,
    },
  });
};

/** what is said of the i-th span`. => `(i) => the data of the i-th span`. => what is said of the i-th span`. */
export const WORKLOADS = {
  // A generic span: six attributes and an event.
  W1: (i) => ({
    name: "query",
    attributes: {
      "db.system.name": "postgresql-17.0.1",
      "db.query.text": "SELECT name, price FROM rooms WHERE hotel = $12",
      "url.full": "https://db.example.com/query/rooms?hotel=12&day=31-12",
      "db.rows": i,
      "db.load": 0.25 + i / 1024,
      "db.cached": i % 2 === 0,
    },
    event: { name: "retried", attributes: { attempt: 2 } },
  }),
  // An LLM call: three messages in, one out, model and usage, who asked.
  W2: chat((text) => text),
  // The same in several scripts.
  W2U: chat(foreign),
};

/** The inputs and outputs of an agent's three functions, called one inside the other. */
export const NESTED = ["agent", "search", "read"];
export const STREAM_CHUNKS = Array.from({ length: 20 }, (_, i) => ({
  index: i,
  delta: `piece ${i} of the answer `,
}));

export async function* streamOfChunks() {
  for (const chunk of STREAM_CHUNKS) yield chunk;
}
