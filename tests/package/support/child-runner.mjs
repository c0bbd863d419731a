// The child process of child.mjs.

const [, , source, name, input] = process.argv;

const said = [];
for (const level of ["debug", "log", "info", "warn", "error"])
  console[level] = (...words) => said.push([level, ...words.map(String)]);
const uncaught = [];
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (error) => uncaught.push(`${event}: ${error?.stack}`));

const scenarios = await import(source);
const result = await scenarios[name](JSON.parse(input));
// A rejection counts as unhandled only after the microtasks.
await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(JSON.stringify({ result, said, uncaught }));
