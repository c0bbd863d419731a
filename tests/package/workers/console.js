// Records all lines on the console, for the test to read. It is imported first.
export const said = [];
for (const level of ["debug", "log", "info", "warn", "error"])
  console[level] = (...words) => said.push([level, ...words.map(String)]);
