/**
 * For your own tests: finished spans, at once and without a server.
 *
 * @module laminar-edge/testing
 */
import type { AttributeValue } from "laminar-edge";

/** A span that has ended. */
export interface FinishedSpan {
  /** As it was at the end. */
  name: string;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Undefined for a root. */
  parentSpanId: string | undefined;
  /** Names from the root to the span. */
  path: string[];
  /** Milliseconds since 1970. */
  startTime: number;
  /** Milliseconds since 1970. */
  endTime: number;
  /** As they would be sent, inputs and outputs included (`lmnr.span.input`, `lmnr.span.output`). */
  attributes: Record<string, AttributeValue>;
  /** In the order in which they were added; times in milliseconds since 1970. */
  events: {
    name: string;
    time: number;
    attributes: Record<string, AttributeValue>;
  }[];
  /** How it ended. */
  status: { code: "UNSET" | "OK" | "ERROR"; message: string };
}

/**
 * Keeps ended spans in memory instead of sending them.
 *
 * @example
 * ```js
 * import { InMemorySpanExporter } from "laminar-edge/testing";
 *
 * const exporter = new InMemorySpanExporter().install();
 * await agent("why?");
 * assert.deepEqual(exporter.getFinishedSpans().map(({ name }) => name), ["search", "agent"]);
 * exporter.uninstall();
 * ```
 */
export declare class InMemorySpanExporter {
  /** From here on ended spans come here and nowhere else. `initialize` is not needed. */
  install(): this;
  /** In the order in which they ended. */
  getFinishedSpans(): FinishedSpan[];
  /** Forgets them. */
  reset(): void;
  /** Ended spans go their usual way again. */
  uninstall(): void;
}

/** A clock that stands still until it is told to go on. */
export declare class FakeClock {
  /** Milliseconds since 1970; by default the beginning of 2025. */
  constructor(time?: number);
  /** What spans see as now. */
  time: number;
  /** Spans go by this clock from here on. */
  install(): this;
  /** Lets so many milliseconds pass. */
  advance(ms: number): void;
  /** Spans go by the real clock again. */
  uninstall(): void;
}
