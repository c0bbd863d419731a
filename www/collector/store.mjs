// Keeps the newest traces. Their number and their spans are bounded, so that a
// collector that keeps running does not grow.

const TRACES = 200;
const SPANS_PER_TRACE = 1000;

export class TraceStore {
  #traces = new Map();

  add(spans) {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? {
        traceId: span.traceId,
        receivedAt: Date.now(),
        spans: new Map(),
        omitted: 0,
      };
      this.#traces.set(span.traceId, trace);
      // Spans are kept by id, so that a batch delivered twice shows each span once.
      if (trace.spans.size < SPANS_PER_TRACE || trace.spans.has(span.spanId))
        trace.spans.set(span.spanId, span);
      else trace.omitted += 1;
    }
    while (this.#traces.size > TRACES)
      this.#traces.delete(this.#traces.keys().next().value);
  }

  list() {
    return [...this.#traces.values()].reverse().map((trace) => {
      const spans = [...trace.spans.values()];
      const root = spans.find((span) => !span.parentSpanId) ?? spans[0];
      const { traceId, receivedAt } = trace;
      return { traceId, receivedAt, name: root.name, spans: spans.length };
    });
  }

  get(id) {
    const trace = this.#traces.get(id);
    return trace && { ...trace, spans: [...trace.spans.values()] };
  }
}
