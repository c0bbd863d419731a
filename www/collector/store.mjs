// The newest traces, bounded in number and in spans: a collector that is left
// running must not grow.

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
      // By span id, so that a batch delivered twice still shows each span once.
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
