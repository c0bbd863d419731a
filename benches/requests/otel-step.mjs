// A step by OpenTelemetry's API, with the input and output that Laminar reads.

export const stepBy =
  (tracer) =>
  ({ name, type, attributes }, input, action) =>
    tracer.startActiveSpan(name, async (span) => {
      span.setAttribute("lmnr.span.type", type);
      span.setAttribute("lmnr.span.input", JSON.stringify(input));
      if (attributes !== undefined) span.setAttributes(attributes);
      try {
        const output = await action(input);
        span.setAttribute("lmnr.span.output", JSON.stringify(output));
        return output;
      } finally {
        span.end();
      }
    });
