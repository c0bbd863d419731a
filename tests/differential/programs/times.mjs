// Times that the program gives arrive unchanged.

const DAY = 86_400_000;
const BASE = 1_500_000_000_000;

export default async ({ Laminar }) => {
  const run = (name, startTime, endTime) =>
    Laminar.startSpan({ name, startTime }).end(endTime);

  run("milliseconds", BASE, BASE + 1500);
  run("fraction", BASE + 0.25, BASE + 0.5);
  run("date", new Date(BASE), new Date(BASE + DAY));
  run("pair", [1_500_000_000, 123_456_789], [1_500_000_001, 5]);
  run("end before start", BASE, BASE - 1000);
  run("no duration", BASE, BASE);
  const span = Laminar.startSpan({ name: "event times", startTime: BASE });
  span.addEvent("milliseconds", { a: 1 }, BASE + 1);
  span.addEvent("date", { a: 1 }, new Date(BASE + 2));
  span.addEvent("pair", { a: 1 }, [1_500_000_000, 3_000_000]);
  span.addEvent("time in place of attributes", BASE + 4);
  span.recordException(new Error("at"), BASE + 5);
  span.end(BASE + 10);
};
