/**
 * Spans that outlive the isolate. In a Tail Worker, {@link collectTail} makes the spans of events that were
 * killed (`instrument`'s option `blackBox`) and sends what Workers with `transport: "tail"` have published.
 * Those Workers need `import "laminar-edge/tail"`.
 *
 * @module laminar-edge/tail
 */
import type { FlushReport, InitializeOptions } from "laminar-edge";

/** Options of {@link collectTail}. */
export interface CollectOptions {
  /**
   * What `Laminar.initialize` gets, or a function of `env` that returns it. Default: the strings
   * `LMNR_PROJECT_API_KEY` and `LMNR_BASE_URL` of `env`, as with `instrument`.
   */
  initialize?:
    InitializeOptions | ((env: any) => InitializeOptions) | undefined;
  /**
   * Project API keys of further projects, by what their Workers give as `tailProject`. A batch that a Worker
   * with a key of its own has published is sent with that key only, which has to be the Tail Worker's or one
   * of these. Default: none.
   */
  projects?: Record<string, string> | undefined;
}

/** What came to a Tail Worker with one call, in counts, and what became of it. */
export interface TailReport {
  /** Invocations looked at. */
  invocations: number;
  /** Of these, those of which the runtime has left messages out: spans by tail may be among them. */
  truncated: number;
  /** Spans that came in batches. They count as recorded in the `stats()` of the Tail Worker. */
  received: number;
  /** Spans made of events that never ended. */
  made: number;
  /** Batches that are none of this package, or of another version. */
  unreadable: number;
  /** Batches of a project whose key the Tail Worker does not have: not sent. */
  unmatched: number;
  /** The report of the flush that followed, with the spans of other calls at the time; undefined if nothing came. */
  flush: FlushReport | undefined;
}

/**
 * Handles the `tail` event of a Tail Worker: as the handler itself, or called by one. Sends what has come within
 * 250 ms in requests of up to 4 MiB, and asks `ctx` to wait for that. Resolves to a report, and never rejects.
 *
 * An event that began and did not end becomes its root span, with the ids that its children know it by: its
 * status is ERROR, it has an exception event, `laminar.incomplete`, `cloudflare.outcome`, `cpu_time_ms` and
 * `wall_time_ms`. Where the runtime has left messages out (`truncated`), only an event whose isolate was
 * killed becomes one.
 *
 * @example
 * ```js
 * import { collectTail } from "laminar-edge/tail";
 *
 * export default { tail: collectTail };
 * ```
 */
export declare function collectTail(
  events: any,
  env?: any,
  ctx?: { waitUntil(promise: Promise<unknown>): void },
  options?: CollectOptions,
): Promise<TailReport>;
/** The same as a handler: the runtime takes no report. */
export declare function collectTail(
  events: any,
  env: any,
  ctx: { waitUntil(promise: Promise<unknown>): void },
): Promise<void>;

/**
 * Handles the `tailStream` event of a streaming Tail Worker: does the same while the request runs. Returns the
 * function that the runtime calls with each event.
 *
 * @example
 * ```js
 * import { collectTailStream } from "laminar-edge/tail";
 *
 * export default { tailStream: collectTailStream };
 * ```
 */
export declare function collectTailStream(
  onset: any,
  env?: any,
  ctx?: { waitUntil(promise: Promise<unknown>): void },
  options?: CollectOptions,
): (event: any) => void;
