// Names of every kind.

const names = [
  "",
  " ",
  "dotted.name",
  "with/slash",
  "\u00fcml\u00e4ut \u{1F600}",
  "line\nbreak",
  "x".repeat(2000),
];

export default async ({ Laminar, observe }) => {
  for (const name of names) {
    observe({ name, tags: ["observed"] }, () =>
      Laminar.startSpan({ name: `below ${name.slice(0, 20)}` }).end(),
    );
  }
};
