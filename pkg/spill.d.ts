/**
 * Sinks for `initialize({ spill })`: where spans go that a flush could not send. What fills and drains
 * a sink comes with this module: for one of your own, `import "laminar-edge/spill"`.
 *
 * @module laminar-edge/spill
 */
import type { SpillSink } from "laminar-edge";

/** What is asked of a Cloudflare Queue. */
export interface QueueLike {
  send(body: Uint8Array, options: { contentType: "bytes" }): Promise<unknown>;
}

/** What is asked of the batch that a queue's consumer receives. */
export interface MessageBatchLike {
  readonly messages: readonly {
    readonly body: unknown;
    ack(): void;
    retry(): void;
  }[];
}

/** What is asked of a KV namespace. */
export interface KvLike {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string; cursor?: string }): Promise<unknown>;
}

/** What is asked of an R2 bucket. */
export interface R2Like {
  put(key: string, value: Uint8Array, options?: object): Promise<unknown>;
  get(key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string; cursor?: string }): Promise<unknown>;
}

/** What is asked of a Durable Object's storage. */
export interface DurableObjectStorageLike {
  put(key: string, value: Uint8Array): Promise<unknown>;
  delete(keys: string[]): Promise<unknown>;
  list(options: { prefix: string; limit: number }): Promise<unknown>;
  transaction(closure: (transaction: any) => Promise<any>): Promise<any>;
}

/** Where in a store the items lie. */
export interface PrefixOptions {
  /** In front of every key, so that a store can hold other things too. Default: `laminar-spill/`. */
  prefix?: string;
}

/** How drains that run at once keep out of each other's way. */
export interface ClaimOptions {
  /**
   * How long an item belongs to the drain that took it, in milliseconds: longer than any drain may
   * take. After that the drain counts as dead, and its send as one that may have arrived. Default
   * 40,000.
   */
  claimMillis?: number;
}

/** A Cloudflare Queue, for the Worker that produces. Items of at most 127,000 bytes. */
export function queueSpill(queue: QueueLike): SpillSink;

/**
 * The batch that the queue's consumer received, for `Laminar.drainSpill`: acknowledges what is done
 * and retries what is not. A queue delivers at least once.
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
 * Workers KV. Items of at most 25 MiB. Nothing can be claimed there: two drains at the same time may
 * both deliver an item.
 */
export function kvSpill(namespace: KvLike, options?: PrefixOptions): SpillSink;

/** R2. Items of at most 300 MB, claimed by conditional writes. */
export function r2Spill(
  bucket: R2Like,
  options?: PrefixOptions & ClaimOptions,
): SpillSink;

/**
 * The storage of a Durable Object, inside that object: `ctx.storage`. Items of at most 130,048 bytes,
 * or 1,995,904 where the storage is SQLite, claimed in transactions.
 */
export function durableObjectSpill(
  storage: DurableObjectStorageLike,
  options?: PrefixOptions & ClaimOptions,
): SpillSink;

/** IndexedDB, in browsers. Shared by the tabs of an origin, claimed in transactions. */
export function indexedDbSpill(
  options?: {
    /** Of the database. Default: `laminar-spill`. */ name?: string;
  } & ClaimOptions,
): SpillSink;
