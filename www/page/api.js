// Everything the page asks of the demo's server.

async function json(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}));
    throw new Error(error ?? `${path} answered ${response.status}`);
  }
  return response.json();
}

const post = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export const readDemo = () => json("api/demo");
export const changeDemo = (change) => json("api/demo", post(change));
export const readStats = () => json("api/stats");
export const readTraces = () => json("api/traces");
export const readTrace = (id) => json(`api/traces/${id}`);
export const readReport = (id) => json(`api/reports?trace=${id}`);
export const flushNow = () => json("api/flush", post({}));

// The answer arrives as one JSON event per line.
export async function* ask(question) {
  const response = await fetch("api/ask", post({ question }));
  if (!response.ok) throw new Error(`the agent answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
  }
}
