// A key in every place of a span where a text may stand.

const key = "ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";

export default async ({ Laminar }) => {
  const span = Laminar.startSpan({
    name: "secrets",
    input: { apiKey: "x", key },
  });
  span.setAttribute("text", `the key ${key}`);
  span.setAttribute("dbPassword", "x");
  span.addEvent("event", { key });
  span.setOutput(`Bearer ${key}`);
  span.end();
};
