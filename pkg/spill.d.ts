/**
 * Sinks for `initialize({ spill })`, which store spans that a flush could not send. This module also has the
 * code that fills and drains a sink, so a sink of your own needs `import "laminar-edge/spill"`.
 *
 * @module laminar-edge/spill
 */
import type { SpillSink } from "laminar-edge";

/** The part of a Cloudflare Queue that is used. */
export interface QueueLike {
  send(body: Uint8Array, options: { contentType: "bytes" }): Promise<unknown>;
}

/** The part of a queue consumer's batch that is used. */
export interface MessageBatchLike {
  readonly messages: readonly {
    readonly body: unknown;
    ack(): void;
    retry(): void;
  }[];
}

/** The part of a KV namespace that is used. */
export interface KvLike {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string; cursor?: string }): Promise<unknown>;
}

/** The part of an R2 bucket that is used. */
export interface R2Like {
  put(key: string, value: Uint8Array, options?: object): Promise<unknown>;
  get(key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string; cursor?: string }): Promise<unknown>;
}

/** The part of a Durable Object's storage that is used. */
export interface DurableObjectStorageLike {
  put(key: string, value: Uint8Array): Promise<unknown>;
  delete(keys: string[]): Promise<unknown>;
  list(options: { prefix: string; limit: number }): Promise<unknown>;
  transaction(closure: (transaction: any) => Promise<any>): Promise<any>;
}

/** The place of the items in a store. */
export interface PrefixOptions {
  /** The prefix of every key, so that a store can hold other data too. Default: `laminar-spill/`. */
  prefix?: string;
}

/** How long a drain claims an item, so that concurrent drains do not send it twice. */
export interface ClaimOptions {
  /**
   * How long an item belongs to the drain that took it, in milliseconds: longer than any drain may
   * take. After that the drain counts as dead, and its send as one that may have arrived. Default
   * 40,000.
   */
  claimMillis?: number;
}

/** A sink in a Cloudflare Queue, for the Worker that produces. Items have at most 127,000 bytes. */
export function queueSpill(queue: QueueLike): SpillSink;

/**
 * A sink of the batch that the queue's consumer received, for `Laminar.drainSpill`. It acknowledges items that
 * are settled and retries the others. A queue delivers at least once.
 *
 * @example
 * ```js
 * export default {
 *   async queue(batch, env) {
 *     Laminar.initialize({ projectApiKey: env.LMNR_PROJECT_API_KEY, spill });
 *     console.log(await Laminar.drainSpill(queueBatchSpill(batch)));
 *   },
 * };
 * ```
 */
export function queueBatchSpill(batch: MessageBatchLike): {
  drain: NonNullable<SpillSink["drain"]>;
  maxBytes: number;
};

/**
 * A sink in Workers KV. Items have at most 25 MiB. They cannot be claimed: two drains at the same time may both
 * deliver an item.
 */
export function kvSpill(namespace: KvLike, options?: PrefixOptions): SpillSink;

/** A sink in R2. Items have at most 300 MB, and are claimed by conditional writes. */
export function r2Spill(
  bucket: R2Like,
  options?: PrefixOptions & ClaimOptions,
): SpillSink;

/**
 * A sink in the storage of a Durable Object, inside that object: `ctx.storage`. Items have at most 130,048
 * bytes, or 1,995,904 with SQLite storage, and are claimed in transactions.
 */
export function durableObjectSpill(
  storage: DurableObjectStorageLike,
  options?: PrefixOptions & ClaimOptions,
): SpillSink;

/** A sink in IndexedDB, for browsers. The tabs of an origin share the items, and claim them in transactions. */
export function indexedDbSpill(
  options?: {
    /** Of the database. Default: `laminar-spill`. */ name?: string;
  } & ClaimOptions,
): SpillSink;
