/**
 * For your own tests: gives finished spans without a server.
 *
 * @module laminar-edge/testing
 */
import type { AttributeValue } from "laminar-edge";

/** A span that has ended. */
export interface FinishedSpan {
  /** The name that the span had at its end. */
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
  /** As they would be sent but for redaction, inputs and outputs included (`lmnr.span.input`, `lmnr.span.output`). */
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
  /** Takes all spans that end from now on; none are sent. `initialize` is not needed. */
  install(): this;
  /** Returns the spans in the order in which they ended. */
  getFinishedSpans(): FinishedSpan[];
  /** Removes all spans. */
  reset(): void;
  /** Lets later spans be sent again. */
  uninstall(): void;
}

/** A clock that stands still until `advance` is called. */
export declare class FakeClock {
  /** Milliseconds since 1970; by default the beginning of 2025. */
  constructor(time?: number);
  /** The current time of this clock, in milliseconds since 1970. */
  time: number;
  /** Makes spans use this clock. */
  install(): this;
  /** Moves the clock forward by this many milliseconds. */
  advance(ms: number): void;
  /** Makes spans use the real clock again. */
  uninstall(): void;
}
