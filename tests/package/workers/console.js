// Keeps what anybody says on the console, for the test to read. Imported first.
export const said = [];
for (const level of ["debug", "log", "info", "warn", "error"])
  console[level] = (...words) => said.push([level, ...words.map(String)]);
