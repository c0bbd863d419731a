// More attributes and events than OpenTelemetry's limits.

export default async ({ Laminar }) => {
  const span = Laminar.startSpan({ name: "many attributes" });
  for (let i = 0; i < 300; i++) span.setAttribute(`attribute ${i}`, i);
  span.setOutput("the output");
  span.end();
  const eventful = Laminar.startSpan({ name: "many events" });
  for (let i = 0; i < 130; i++) eventful.addEvent(`event ${i}`);
  eventful.end();
};
