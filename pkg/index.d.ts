/**
 * The Laminar SDK for edge runtimes. Spans are recorded in memory, the response goes out, and
 * `ctx.waitUntil(Laminar.flush())` delivers them.
 *
 * @module laminar-edge
 */

/** The kind of work that a span represents. Laminar shows each kind differently. */
export type SpanType =
  | "DEFAULT"
  | "LLM"
  | "TOOL"
  | "EXECUTOR"
  | "EVALUATOR"
  | "HUMAN_EVALUATOR"
  | "EVALUATION";

/**
 * A value an attribute can have. Integers stay integers, as token counts must be. Arrays have elements of one
 * type. Anything else is left out, with one warning on the console.
 */
export type AttributeValue =
  | string
  | number
  | boolean
  | bigint
  | Uint8Array
  | readonly (string | null | undefined)[]
  | readonly (number | null | undefined)[]
  | readonly (boolean | null | undefined)[];

/** Attributes by key. `undefined` and `null` are ignored. */
export type Attributes = Record<string, AttributeValue | null | undefined>;

/**
 * A point in time, as OpenTelemetry takes it: milliseconds since 1970, a reading of
 * `performance.now()`, a `Date`, or `[seconds, nanoseconds]`.
 */
export type TimeInput = number | Date | [seconds: number, nanoseconds: number];

/** Ids of a span, as W3C Trace Context writes them. */
export interface SpanContext {
  /** 32 hex digits; zeros if nothing is recorded. */
  traceId: string;
  /** 16 hex digits; zeros if nothing is recorded. */
  spanId: string;
  /** 1: sampled. 0: nothing is recorded. */
  traceFlags: number;
}

/** How a span ended: 0 unset, 1 ok, 2 error. A message is kept for errors only. */
export interface SpanStatus {
  /** 0 unset, 1 ok, 2 error. */
  code: 0 | 1 | 2;
  /** The error message. */
  message?: string;
}

/**
 * A span. Its methods never throw, and those that change it return it. After `end` they change nothing.
 *
 * Values are copied or written as JSON when they are given: changing an object later does not
 * change the span.
 */
export interface Span {
  /**
   * Sets one attribute; a later value of the same key replaces it. The option `maxAttributes` limits how many a
   * span may have.
   */
  setAttribute(key: string, value: AttributeValue | null | undefined): this;
  /** Sets several attributes. */
  setAttributes(attributes: Attributes): this;
  /** Sets the span's input: a string unchanged, anything else as JSON. */
  setInput(input: unknown): this;
  /** Sets the span's output: a string unchanged, anything else as JSON. */
  setOutput(output: unknown): this;
  /** Adds an event, now or at `time`. A span has at most 128; the oldest are dropped. */
  addEvent(
    name: string,
    attributesOrTime?: Attributes | TimeInput,
    time?: TimeInput,
  ): this;
  /** Adds the `exception` event by which Laminar recognizes a failed span. */
  recordException(exception: unknown, time?: TimeInput): this;
  /**
   * Sets OpenTelemetry's status: 1 (ok) is final, and 0 (unset) is ignored. Laminar itself reads the `exception`
   * event.
   */
  setStatus(status: SpanStatus): this;
  /** Changes the name. The span's path keeps the name it started with. */
  updateName(name: string): this;
  /** Ends the span. It is encoded now, and sent by the next flush or in the background. */
  end(endTime?: TimeInput): void;
  /** Links the span to another. */
  addLink(link: Link): this;
  /** Links it to several spans. */
  addLinks(links: Link[]): this;
  /** Sets the trace's tags, each once; replaces those set before. */
  setTags(tags: string[]): this;
  /** Adds tags to the trace's. */
  addTags(tags: string[]): this;
  /** Sets the trace's session. Spans below do not inherit it; for that, pass `sessionId` when a span starts. */
  setTraceSessionId(sessionId: string): this;
  /** Sets the trace's user. */
  setTraceUserId(userId: string): this;
  /** Sets the trace's metadata. Objects are written as JSON. */
  setTraceMetadata(metadata: Record<string, any>): this;
  /** Returns what another service needs to continue this trace; null if nothing is recorded. */
  getLaminarSpanContext(): LaminarSpanContext | null;
  /** Returns the span id as 16 hex digits, or as Laminar writes it. */
  spanId(format?: "otel" | "uuid"): string;
  /** Returns the trace id as 32 hex digits, or as Laminar writes it. */
  traceId(format?: "otel" | "uuid"): string;
  /** Returns its ids. */
  spanContext(): SpanContext;
  /** Returns true until `end`, if the span is recorded. */
  isRecording(): boolean;
}

/** A reference to another span. Links without two valid ids are left out. */
export interface Link {
  /** The other span's ids: 32 and 16 hex digits. */
  context: { traceId: string; spanId: string };
  /** The link's attributes. */
  attributes?: Attributes | undefined;
}

/**
 * A span as another process needs to know it, in the official SDK's shape. Ids are UUIDs; a span's
 * has zeros in its first half.
 */
export interface LaminarSpanContext {
  /** The span, as a UUID. */
  spanId: string;
  /** The trace, as a UUID. */
  traceId: string;
  /** Whether it came from another process. */
  isRemote: boolean;
  /** Names from the root to the span. */
  spanPath?: string[] | undefined;
  /** Ids from the root to the span. */
  spanIdsPath?: string[] | undefined;
  /** The trace's user. */
  userId?: string | undefined;
  /** The trace's session. */
  sessionId?: string | undefined;
  /** The trace's metadata. */
  metadata?: Record<string, any> | undefined;
  /** The trace type as the official SDK writes it; it is passed on unchanged. */
  traceType?: string | undefined;
  /** The tracing level of the spans below. */
  tracingLevel?: TracingLevel | undefined;
}

/**
 * How much is recorded. `OFF`: nothing. `META_ONLY`: everything but inputs, outputs and messages. It is applied
 * before anything leaves the isolate.
 */
export declare const TracingLevel: {
  readonly OFF: "off";
  readonly META_ONLY: "meta_only";
  readonly ALL: "all";
};
/** One of its values. */
export type TracingLevel = (typeof TracingLevel)[keyof typeof TracingLevel];

/** Options with which any span can be started. */
export interface SpanOptions {
  /** The parent; otherwise the active span, otherwise a new trace begins. */
  parent?: Span | undefined;
  /**
   * A parent in another process: the result of `serializeLaminarSpanContext` (of this SDK, the official
   * TypeScript or the Python one, as text or object), or a W3C `traceparent`. Anything else warns and begins a
   * new trace.
   */
  parentSpanContext?: string | Partial<LaminarSpanContext> | undefined;
  /** Kind of work. */
  spanType?: SpanType | undefined;
  /** Tags, shown on the trace. */
  tags?: string[] | undefined;
  /** Session of this span and of those below it. */
  sessionId?: string | undefined;
  /** User of this span and of those below it. */
  userId?: string | undefined;
  /** Metadata of this span and of those below it. Objects are written as JSON. */
  metadata?: Record<string, any> | undefined;
}

/** Options of {@link LaminarApi.startSpan}. */
export interface StartSpanOptions extends SpanOptions {
  /** The span's name. */
  name: string;
  /** The span's input. Falsy values are not recorded. */
  input?: unknown;
  /** Default: now. */
  startTime?: TimeInput | undefined;
}

/** Options of {@link observe}. */
export interface ObserveOptions extends SpanOptions {
  /** Default: the function's own name. */
  name?: string | undefined;
  /** Recorded instead of the arguments. */
  input?: unknown;
  /** Do not record the arguments. */
  ignoreInput?: boolean | undefined;
  /** Do not record the result. */
  ignoreOutput?: boolean | undefined;
}

/** Options of {@link LaminarApi.event}. */
export interface EventOptions {
  /** The event's name. */
  name: string;
  /** The event's attributes. */
  attributes?: Attributes | undefined;
  /** Default: now. */
  timestamp?: TimeInput | undefined;
  /** The session of this event, as its attribute `lmnr.event.session_id`. It is not set on the span. */
  sessionId?: string | undefined;
  /** The user of this event, as its attribute `lmnr.event.user_id`. It is not set on the span. */
  userId?: string | undefined;
}

/** Options of {@link LaminarApi.initialize}. */
export interface InitializeOptions {
  /**
   * The project's API key; an ingest-only key is enough. Default: `LMNR_PROJECT_API_KEY` where the
   * runtime has `process.env`.
   */
  projectApiKey?: string | undefined;
  /**
   * The URL of Laminar, which may have a port and a path: spans go to `{baseUrl}/v1/traces`. Default:
   * `LMNR_BASE_URL`, else `https://api.lmnr.ai`.
   */
  baseUrl?: string | undefined;
  /** What `getHttpUrl` shows instead of `baseUrl`. Spans go to `baseUrl`. */
  baseHttpUrl?: string | undefined;
  /** False records nothing; observed functions run all the same. */
  enabled?: boolean | undefined;
  /** The port, if `baseUrl` has none. */
  httpPort?: number | undefined;
  /** Metadata of every trace. */
  metadata?: Record<string, any> | undefined;
  /**
   * Gets every attribute, input, output and event attribute before it is encoded, and returns the value to
   * send. If it throws, the value is left out. It does not see names, status messages and attributes of links.
   */
  mask?: ((key: string, value: AttributeValue) => unknown) | undefined;
  /**
   * What is replaced before a span is encoded, after `mask`: in names, attributes, inputs, outputs, events,
   * exceptions, links and status messages. `"secrets"` or true: keys, tokens, passwords, the project's own key.
   * `"pii"`: cards, IBANs, e-mail addresses and phone numbers, too. `"strict"`: everything that is known. False:
   * nothing. Default: `"secrets"`. A span keeps the redaction with which its trace began. Give the same object
   * each time, so that `initialize` sees that nothing changed.
   */
  redact?: boolean | "secrets" | "pii" | "strict" | RedactOptions | undefined;
  /** Milliseconds that a flush may take. Default: 10,000, at most 25,000. */
  traceExportTimeoutMillis?: number | undefined;
  /** Spans in one request. Default: 512, at most `maxQueueSize`. */
  maxExportBatchSize?: number | undefined;
  /**
   * Bytes of one request before compression. Default: 4 MiB, from 4 KiB to `maxQueueBytes`; the server refuses more
   * than 5 MiB.
   */
  maxExportBatchSizeBytes?: number | undefined;
  /**
   * Attributes of a span besides `lmnr.*`, `gen_ai.*`, `ai.*` and `llm.*`, which are bounded by bytes
   * only. Default: 1,024; more are left out and counted on the span.
   */
  maxAttributes?: number | undefined;
  /**
   * Bytes of memory for spans. Default: 16 MiB, from 16 KiB to 512 MiB. Beyond it the oldest are dropped, counted.
   */
  maxQueueBytes?: number | undefined;
  /** Spans held. Default: 16,384, at most 1,048,576. Beyond it the oldest are dropped, counted. */
  maxQueueSize?: number | undefined;
  /**
   * What happens to spans that may have arrived (a timeout, a request killed while it waited, an answer 408, 500 or
   * another 5xx but 502, 503 and 504): sent once more and counted as `redelivered`, or not again and counted as `unconfirmed`.
   * Default: `"at-least-once"`. The server does not deduplicate.
   */
  redelivery?: "at-least-once" | "at-most-once" | undefined;
  /**
   * Sends each span as it ends, like the official SDK's option. Default: false: spans are sent in batches, by
   * `flush()`, when a batch is full, or after `scheduledDelayMillis`.
   */
  disableBatch?: boolean | undefined;
  /** Without effect: batches are always limited by size too. */
  flushBySize?: boolean | undefined;
  /**
   * Milliseconds after which spans are sent that the program has not flushed. Default: 5,000. The timer keeps no
   * process alive. In a Worker it lives as long as the request, and later ones come less often.
   */
  scheduledDelayMillis?: number | undefined;
  /** Concurrent requests of one flush to one destination. Default: 1, at most 4. */
  maxConcurrentExports?: number | undefined;
  /**
   * What sends requests instead of the global `fetch`, given a `Request` and giving a `Response`: a service
   * binding's (`(request) => env.PROXY.fetch(request)`), a proxy's. What it does is not recorded.
   */
  fetch?: ((request: any) => Promise<any>) | undefined;
  /** Headers of every request, besides the SDK's own. An `authorization` here replaces the key's. */
  headers?:
    | Record<string, string>
    | Iterable<readonly [name: string, value: string]>
    | undefined;
  /**
   * `"gzip"` compresses request bodies where the runtime has `CompressionStream`. Default: `"none"`: it
   * takes many times the CPU that recording takes. Limits count bytes before compression.
   */
  compression?: "none" | "gzip" | undefined;
  /** Gets the report of each export in the background. The flush that `instrument` makes is not among them. */
  onReport?: ((report: FlushReport) => void) | undefined;
  /** True logs on the console what happens to spans, and why none arrive. */
  debug?: boolean | undefined;
  /**
   * In browsers, true sends `projectApiKey` from a page, where everybody can read it. Without it,
   * pass the `baseUrl` of a proxy of your own that adds the key.
   */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** Pages only: false does not flush when the page is hidden or left. Default: true. */
  flushOnHide?: boolean | undefined;
  /**
   * Where spans go that a flush could not send, instead of waiting in memory; `Laminar.drainSpill`
   * delivers them later. Ready ones are in `laminar-edge/spill`; one of your own needs
   * `import "laminar-edge/spill"` too, without which spans stay in memory. Default: none. A flush keeps a
   * quarter of its budget for it, at most 1 s. Give the same object each time, so that `initialize` sees
   * that nothing changed.
   */
  spill?: SpillSink | undefined;
  /**
   * How spans leave a Worker. `"tail"`: batches are published for a Tail Worker, whose `collectTail` sends
   * them; the Worker makes no request and needs no key. With a key, spans that do not fit into the 192 KiB of
   * an invocation are sent by `fetch`; without one they wait for the next invocation, and a span of more than
   * 60 KiB is dropped. `"streaming-tail"`: the same for a streaming tail, with 250 KiB a message and 1.5 MiB
   * each time. Needs `import "laminar-edge/tail"`, without which spans are sent by `fetch`, as outside of
   * Workers. Default: `"fetch"`.
   */
  transport?: "fetch" | "tail" | "streaming-tail" | undefined;
  /** With a tail as transport: the project of the spans, as `collectTail`'s option `projects` names it. */
  tailProject?: string | undefined;
  /** Accepted without effect, so that the official SDK's options need no change. */
  grpcPort?: number | undefined;
  /** Without effect: spans always go over HTTP. */
  forceHttp?: boolean | undefined;
  /** Without effect: warnings go to the console, once each. */
  logLevel?: "debug" | "info" | "warn" | "error" | undefined;
  /** Without effect: OpenTelemetry's globals are never read. */
  inheritGlobalContext?: boolean | undefined;
  /** Without effect: no module is patched. */
  instrumentModules?: Record<string, unknown> | undefined;
  /** Without effect: no browser session is recorded. */
  sessionRecordingOptions?: Record<string, unknown> | undefined;
  /** Without effect: spans go through this SDK's own buffer. */
  spanProcessor?: unknown;
}

/** Why spans were lost. */
export type DropReason =
  /** Older spans made room for newer ones. */
  | "evicted"
  /**
   * No room: everything held was in flight, memory ran out, or more than 1,024 spans ended before the module was
   * loaded.
   */
  | "queue_full"
  /** One span larger than a request may be. */
  | "span_too_large"
  /** The server would not take a request with this single span (413). */
  | "payload_too_large"
  /** May have arrived, was not confirmed, is not sent again. */
  | "unconfirmed"
  /** Still unsent when `shutdown` ended. */
  | "shutdown"
  /** Could not be encoded: a defect of this library. */
  | "malformed"
  /** Lost when the wasm instance ended. */
  | "trap";

/** What the option `redact` finds, as Laminar's server names it. */
export type RedactedLabel =
  /** A key, a token, a password; also what a pattern of the program matches. */
  | "SECRET"
  /** A payment card or an IBAN. */
  | "ACCOUNT_NUMBER"
  /** An e-mail address. */
  | "PRIVATE_EMAIL"
  /** A phone number. */
  | "PRIVATE_PHONE"
  /** A public IP address. */
  | "PRIVATE_IP"
  /** A national identity number. */
  | "ID_NUMBER"
  /** The address of a wallet. */
  | "CRYPTO_ADDRESS"
  /** A MAC address. */
  | "MAC_ADDRESS";

/**
 * Values that were replaced, by label; a label that was not found is absent. `FAILED` counts texts that could
 * not be searched and were replaced whole.
 */
export type RedactedCounts = { [Label in RedactedLabel | "FAILED"]?: number };

/** A detector of the option `redact`, or a set of them. */
export type RedactDetector =
  | "secrets"
  | "cards"
  | "ibans"
  | "emails"
  | "phones"
  | "ips"
  | "ids"
  | "crypto"
  | "macs"
  | "pii"
  | "strict";

/** What is replaced before a span is encoded. */
export interface RedactOptions {
  /**
   * What is looked for. `pii` is `secrets`, `cards`, `ibans`, `emails` and `phones`; `strict` is everything.
   * Default: `["secrets"]`, also if none of them is known. An empty list looks for nothing.
   */
  detect?: RedactDetector[] | undefined;
  /** Further names of attributes and JSON members whose strings are replaced, in any case. */
  keys?: string[] | undefined;
  /**
   * Expressions whose matches are replaced as `SECRET`. They run in JavaScript with the flag `g` and without
   * `y`, on slices of 256 Ki code units with 1 Ki in common. One that takes more than 50 ms for a slice twice is
   * not used again in this isolate, with a warning; in a Worker the clock stands still, so it is not noticed there.
   */
  patterns?: RegExp[] | undefined;
  /** Texts that are never replaced if they are all that was found. */
  allow?: string[] | undefined;
  /**
   * A key of 32 hexadecimal digits. Equal values then get equal marks, such as `[EMAIL_3f9a12c4]`: they link
   * values, and whoever has the key can find a value by trying.
   */
  hash?: string | undefined;
  /**
   * Returns what stands for a value of this label, of which at most 256 code units are used. It is called once for
   * each label, by `initialize`. Quotes, backslashes and control characters are left out. If it throws or returns no
   * string, the mark is `[REDACTED_…]`.
   */
  replace?: ((label: RedactedLabel) => string) | undefined;
}

/** Spans lost, by reason; a reason that never happened is absent. */
export type Dropped = { [Reason in DropReason]?: number };

/** What went wrong last. */
export interface FlushError {
  /**
   * `network`: no connection, or what `fetch` gave was no HTTP response. `timeout`: no answer in time, or the time
   * ended before everything could be sent. `unauthorized`: 401, 403. `payload_too_large`: 413. `partial_success`:
   * accepted in part, or with a warning. `unavailable`: 429, 502, 503, 504, no wasm module, or its instance ended.
   * `server_error`: 408 and other 5xx. `refused`: any other status. `spill`: the sink did not take all spans, or a
   * drain failed. `shutdown`: another call shut the SDK down.
   */
  code:
    | "network"
    | "timeout"
    | "unauthorized"
    | "payload_too_large"
    | "partial_success"
    | "unavailable"
    | "server_error"
    | "refused"
    | "spill"
    | "shutdown";
  /** The error message. */
  message: string;
  /** The HTTP status, if there was one. */
  status?: number;
}

/**
 * A store for spans that could not be sent. What fills and drains it comes with
 * `import "laminar-edge/spill"`.
 *
 * @example
 * ```js
 * import "laminar-edge/spill";
 *
 * const items = new Set();
 * const spill = {
 *   put: async (bytes) => void items.add(bytes),
 *   async drain(send) {
 *     for (const item of [...items]) if (await send(item)) items.delete(item);
 *   },
 * };
 * Laminar.initialize({ projectApiKey, spill });
 * ```
 */
export interface SpillSink {
  /**
   * Stores an item: a request body behind a header that names URL, count of spans and a fingerprint of
   * the key, never the key. A rejection leaves the spans in memory; no answer in time counts as
   * a send that may have arrived.
   */
  put(bytes: Uint8Array): Promise<unknown>;
  /**
   * Calls `send` with each item, as it was put. It resolves to `true` if the item is settled and can be
   * deleted, to `false` if it must be kept. `send` never rejects. `doubt` says how many earlier drains of this
   * item may have sent it. `signal`, an AbortSignal, is aborted when the time for sending is over: begin no further
   * item then. It is missing where the runtime has no AbortController.
   */
  drain?(
    send: (bytes: unknown, doubt?: number) => Promise<boolean>,
    signal?: AbortSignalLike,
  ): Promise<unknown>;
  /** Bytes of the largest item. Batches are cut to it; a span that does not fit stays in memory. */
  maxBytes?: number | undefined;
}

/** What an AbortSignal has, for programs without its type. */
export interface AbortSignalLike {
  /** True once it is aborted. */
  readonly aborted: boolean;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Undoes that. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The result of a drain. */
export interface DrainReport {
  /** Every item was delivered in full, or there was none. */
  ok: boolean;
  /** Items looked at. */
  items: number;
  /** Spans that the server took. */
  delivered: number;
  /** Spans that the server turned away. */
  rejected: number;
  /** Spans given up, by reason. */
  dropped: Dropped;
  /** Items left in the store. */
  kept: number;
  /** Of these, items that are no spilled batch, or of another version. */
  unreadable: number;
  /** Of these, items of a URL or key that this isolate does not have. */
  unmatched: number;
  /** Requests made. */
  attempts: number;
  /** Bytes of their bodies before compression. */
  bytes: number;
  /**
   * The last thing that went wrong. `no_key`: this isolate lacks the URL or key of an item. `held`: the server asked
   * to wait, or refused the key.
   */
  error?: Omit<FlushError, "code"> & {
    code: FlushError["code"] | "no_key" | "held";
  };
}

/** The result of a flush: what its own requests settled, and what was lost since the last report. */
export interface FlushReport {
  /** True if no span of this flush is unsent, rejected or dropped. */
  ok: boolean;
  /** Spans that the server took. */
  exported: number;
  /** Spans that the server turned away. */
  rejected: number;
  /** Spans of this flush that are still unsent, for the next one. */
  pending: number;
  /** Spans that went into the sink of the option `spill`. */
  spilled: number;
  /** Spans that were published for a Tail Worker. */
  handed: number;
  /**
   * Spans of this request that have begun and not ended, which no flush sends; outside of Workers those of the
   * isolate. With `debug: true` the console names them.
   */
  open: number;
  /**
   * Spans that this flush dropped, by reason; and those that were too large to be recorded, or found the queue
   * full, since the last report of this isolate.
   */
  dropped: Dropped;
  /** Values that the option `redact` replaced since the last report of this isolate, by label. */
  redacted: RedactedCounts;
  /** Requests made. */
  attempts: number;
  /** Bytes of their bodies as they were sent, so after compression. */
  bytes: number;
  /** Absent if nothing went wrong. */
  error?: FlushError;
}

/**
 * The ledger of every span of the isolate. At all times
 * `recorded = buffered + inFlight + spilled + handed + exported + rejected + all of dropped`.
 */
export interface Stats {
  /** Spans that ended and were to be sent. */
  recorded: number;
  /** Of these, those that wait in memory. */
  buffered: number;
  /** Those that are being sent. */
  inFlight: number;
  /** Spans of this isolate that are in a spill sink, or were drained from there by another isolate. */
  spilled: number;
  /** Spans that were published for a Tail Worker. The runtime does not report whether they arrive. */
  handed: number;
  /** Those that the server took. */
  exported: number;
  /** Those that the server turned away. */
  rejected: number;
  /** Those that were lost, by reason. */
  dropped: Dropped;
  /**
   * Spans sent a second time because the first time was not confirmed: no answer came, or 408, 500 or another 5xx
   * but 502, 503 and 504.
   */
  redelivered: number;
  /** Of `dropped`, those that may have arrived. */
  unconfirmed: number;
  /** Values that the option `redact` replaced, by label. */
  redacted: RedactedCounts;
  /** Spans that have begun and not ended: not among `recorded` yet. */
  open: number;
}

/** See {@link Laminar}. */
export interface LaminarApi {
  /**
   * Sets where spans are sent. Call it in every request: it is cheap, and does nothing if nothing changed.
   * Another key or URL applies to spans that start later, in Workers those of the same request. Without a key
   * nothing is recorded, with one warning. Never throws.
   */
  initialize(options?: InitializeOptions): void;
  /** Returns whether spans are recorded. */
  initialized(): boolean;
  /** Starts a span. End it yourself. */
  startSpan(options: StartSpanOptions): Span;
  /**
   * Starts a span and makes it the parent of spans that start later: in the callback of `observe` or `withSpan`
   * around it, else in the rest of the request. End it yourself; the order does not matter. For concurrent work
   * use an `observe` for each part.
   */
  startActiveSpan(options: StartSpanOptions): Span;
  /**
   * Runs `action` with `span` as the active one and returns its result. An exception is recorded on the span
   * and thrown on. With `endOnExit` the span ends with the result, with a stream when it has been read. Default:
   * false.
   */
  withSpan<T>(span: Span, action: () => T, endOnExit?: boolean): T;
  /** Returns the active span, while it records. */
  getCurrentSpan(): Span | undefined;
  /** Sets attributes of the active span. */
  setSpanAttributes(attributes: Attributes): void;
  /** Sets the output of the active span; null and undefined do nothing. */
  setSpanOutput(output: unknown): void;
  /** Sets the tags of the active span's trace, replacing those set before. */
  setSpanTags(tags: string[]): void;
  /** Adds tags to those of the active span's trace. */
  addSpanTags(tags: string[]): void;
  /** Sets the session of the active span's trace. */
  setTraceSessionId(sessionId: string): void;
  /** Sets the user of the active span's trace. */
  setTraceUserId(userId: string): void;
  /** Sets the metadata of the active span's trace. */
  setTraceMetadata(metadata: Record<string, any>): void;
  /** Adds an event to the active span; without one, records a span of that name with the event. */
  event(options: EventOptions): void;
  /** Returns the active trace's id as a UUID, or null. */
  getTraceId(): string | null;
  /** Returns what another process needs to continue from `span`, by default the active one; or null. */
  getLaminarSpanContext(span?: Span): LaminarSpanContext | null;
  /** Returns the same as JSON, for a header or a message. */
  serializeLaminarSpanContext(span?: Span): string | null;
  /**
   * Delivers every span that ended before this call, those in flight included, and resolves to a report. Never
   * rejects: give it to `waitUntil`.
   *
   * Streams of this request that `observe` follows are awaited first: as long as chunks are read, and at most 5
   * s for one that is not read. `traceExportTimeoutMillis` begins after that.
   */
  flush(): Promise<FlushReport>;
  /**
   * Flushes and resets: spans of open streams are ended, marked `laminar.incomplete`, while the streams
   * themselves go on, and no span is active afterwards.
   */
  forceFlush(): Promise<FlushReport>;
  /**
   * Flushes, counts the spans that could not be sent as dropped, and ends the SDK, with all flushes of the isolate.
   * If `initialize` is called before it resolves, the SDK goes on and nothing is dropped.
   */
  shutdown(): Promise<FlushReport>;
  /**
   * Delivers the items in a spill sink: call it from a cron or a queue's consumer. An item is sent only to its
   * own URL and with its own key, if `initialize` has set both in this isolate. Takes no longer than
   * `traceExportTimeoutMillis`. Needs `import "laminar-edge/spill"`, as every ready sink does. Never rejects.
   * Default: the sink of the option `spill`.
   */
  drainSpill(
    sink?: Pick<SpillSink, "drain"> & Partial<SpillSink>,
  ): Promise<DrainReport>;
  /** Returns the ledger. */
  stats(): Stats;
  /** Returns the current base URL with its port, or undefined. */
  getHttpUrl(): string | undefined;
  /** Returns the current key, or undefined. */
  getProjectApiKey(): string | undefined;
}

/**
 * The SDK.
 *
 * @example
 * ```js
 * import { Laminar, observe } from "laminar-edge";
 *
 * export default {
 *   async fetch(request, env, ctx) {
 *     Laminar.initialize({ projectApiKey: env.LMNR_PROJECT_API_KEY });
 *     const answer = await observe({ name: "answer" }, () => agent(request));
 *     ctx.waitUntil(Laminar.flush());
 *     return new Response(answer);
 *   },
 * };
 * ```
 */
export declare const Laminar: Readonly<LaminarApi>;

/**
 * Calls `action` with `args` inside a span. A synchronous function stays synchronous; what it
 * returns, throws or rejects with passes through. Arguments and result are recorded as the span's
 * input and output.
 *
 * A generator, async iterable, stream or `Response` ends the span when it has been read, cancelled or has
 * failed; a promise with methods of its own when it has been awaited. The result is the same object, unless it
 * is a plain promise, `ReadableStream` or `Response`.
 *
 * @example
 * ```js
 * const pages = await observe({ name: "search", spanType: "TOOL" }, search, question);
 * ```
 */
export declare function observe<Arguments extends unknown[], Result>(
  options: ObserveOptions,
  action: (...args: Arguments) => Result,
  ...args: Arguments
): Result;

/**
 * Calls `action` with `args`; spans that start inside, awaits included, record no more than `level` allows, also
 * in a generator that `action` returns, while it is read. An inner level cannot be less strict than an outer one.
 *
 * Without AsyncLocalStorage the level holds for the synchronous part and for named parents; until an
 * asynchronous `action` settles it also holds for every span that names no parent.
 */
export declare function withTracingLevel<Arguments extends unknown[], Result>(
  level: TracingLevel,
  action: (...args: Arguments) => Result,
  ...args: Arguments
): Result;

/** Options, or a function of the object and the arguments that returns them. */
export type ObserveDecoratorConfig<Arguments extends unknown[] = any[]> =
  ObserveOptions | ((self: any, ...args: Arguments) => ObserveOptions);

/** `observe` as a decorator of methods; the span is named after the method unless told otherwise. */
export declare function observeDecorator(
  config?: ObserveDecoratorConfig,
): <Method extends (...args: any[]) => any>(
  method: Method,
  context: ClassMethodDecoratorContext,
) => Method;

/** The same for TypeScript's `experimentalDecorators`. */
export declare function observeExperimentalDecorator(
  config?: ObserveDecoratorConfig,
): (
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
) => PropertyDescriptor;

/** An object that has strings by name: `Headers`, a `Map`, a plain object. */
export type Carrier =
  { set(name: string, value: string): unknown } | Record<string, unknown>;

/**
 * Writes the span context of a span into the headers of an outgoing request or into a queue message, as a W3C
 * `traceparent`, and returns the carrier. The member `lmnr=1` in front of the `tracestate` says that the trace
 * is Laminar's; other members stay, as far as W3C's limits allow.
 *
 * With `laminar: true` it also writes Laminar's own context, with path, user, session and metadata: only for
 * services of yours.
 */
export declare function injectContext<C extends Carrier>(
  carrier: C,
  options?: { span?: Span | undefined; laminar?: boolean | undefined },
): C;

/**
 * Reads a span context from incoming headers or a message, as `parentSpanContext` takes it; undefined if there
 * is none. Laminar's own context can set user, session and metadata, so it is read only with `trusted: true`;
 * otherwise only the `traceparent` is.
 */
export declare function extractContext(
  carrier:
    { get(name: string): unknown } | Record<string, unknown> | null | undefined,
  options?: { trusted?: boolean | undefined },
): string | undefined;

/**
 * Whose trace a request continues.
 *
 * - `"laminar"`: that of a caller which records into Laminar, by its ids: one whose `tracestate` has the
 *   member that `injectContext` writes, or that sends a context of Laminar's. For everybody else a trace
 *   begins, with the caller's `traceparent` as a link and as `http.request.header.traceparent`.
 * - `"traceparent"`: that of whoever sends a W3C `traceparent`, and nothing but its ids. A caller can
 *   place your spans in a trace of its choice, and one that does not record into Laminar leaves it without
 *   a root there.
 * - `"ignore"`: nobody's; every request begins a trace.
 * - `"trusted"`: also that of `injectContext(carrier, { laminar: true })`, which sets path, user,
 *   session, metadata and tracing level. For services that only your own can reach.
 * - a function: what `parentSpanContext` takes, or undefined for a new trace.
 *
 * The `sampled` flag of a `traceparent` changes nothing, whoever sends it: with 0 as with 1 the
 * request is recorded. A trusted caller that wants nothing recorded sends the tracing level `OFF`.
 */
export type IncomingContext =
  | "laminar"
  | "traceparent"
  | "ignore"
  | "trusted"
  | ((request: any) => string | Partial<LaminarSpanContext> | null | undefined);

/** The kind of an event, which {@link InstrumentOptions.name} gets. */
export type EventKind =
  | "fetch"
  | "scheduled"
  | "queue"
  | "email"
  | "tail"
  | "trace"
  | "alarm"
  | "webSocketMessage"
  | "webSocketClose"
  | "webSocketError"
  | "rpc";

/** Options of {@link instrument}. */
export interface InstrumentOptions {
  /**
   * The options of `Laminar.initialize` for every event, or a function of `env` that returns them. Default: the
   * strings `LMNR_PROJECT_API_KEY` and `LMNR_BASE_URL` of `env`, unless the program itself has called
   * `Laminar.initialize`: its options stay in force, `enabled: false` included, and at most the key is added if
   * they have none.
   */
  initialize?:
    InitializeOptions | ((env: any) => InitializeOptions) | undefined;
  /**
   * The name of an event's span, or a function of its first argument (the request, the batch, …) that returns
   * it. Default: OpenTelemetry's name: the method of a request (in a Hono app with its route),
   * `process {queue}`, `scheduled {cron}`, `{class}.alarm` and `{class}.{method}`, otherwise the kind.
   */
  name?:
    | string
    | ((subject: any, kind: EventKind) => string | undefined)
    | undefined;
  /**
   * The name of an instrumented class, for `rpc.service` and the names of its spans: minifiers shorten
   * the one that it has. Default: the class's own, else that of the nearest class above it.
   */
  className?: string | undefined;
  /**
   * Whether the span of an event shows the input and output of the first call that is observed directly
   * below it, as far as it has them when the event ends. Default: true.
   */
  inputOutput?: boolean | undefined;
  /**
   * Traces the bindings of Workers AI in the environment that the handler gets: `true`, or the options of
   * `laminar-edge/llm`, which has to be imported. The environment itself is not changed. Default: false.
   */
  llm?: boolean | object | undefined;
  /** Whose trace a request continues. Default: `"laminar"`. */
  incomingContext?: IncomingContext | undefined;
  /**
   * True publishes the beginning and the end of each event, about 500 bytes, for a Tail Worker: its
   * `collectTail`, from `laminar-edge/tail`, makes the span of an event that was killed. Default: false.
   */
  blackBox?: boolean | undefined;
}

/**
 * Makes every event of a handler a span that is sent by itself: it initializes, opens a root span, ends it when
 * the body of the response has been read, cancelled or has failed, and hands one flush to `waitUntil`. Recorded
 * are method, path, host and status of a request, an exception, and for a 5xx the status ERROR; never a query,
 * a header or a body. Input and output are those of the first call that is observed directly below it.
 *
 * `handler` is
 *
 * - a Worker's handler object with `fetch`, `scheduled`, `queue`, `email`, `tail` or `trace`, a Hono app
 *   included: the same object comes back, with these functions replaced;
 * - a class, `WorkerEntrypoint` or `DurableObject`: a subclass comes back. Besides the handlers, also
 *   `alarm`, `webSocketMessage`, `webSocketClose` and `webSocketError`, each method that the class
 *   defines or inherits, unless its name begins with `_`, becomes a span when it is called over RPC;
 *   calls from within do not, and find the very function that the class defines. In a Durable Object RPC
 *   takes AsyncLocalStorage;
 * - a function of a request, or of a context with a `request`: Pages, Netlify, Next.js, Deno, Bun.
 *
 * What it returns and throws, `this`, `ctx` and whether it is synchronous stay as they are. Only a
 * Response whose body has no known length is handed on through a pipe. A body of known length (text,
 * bytes, a file) is left alone, and its span ends with the handler; so is one that came compressed.
 * Outside of Workers lengths are not known, and every body passes through the pipe.
 *
 * @example
 * ```js
 * export default instrument({
 *   async fetch(request, env, ctx) {
 *     return new Response(await observe({ name: "answer" }, agent, request));
 *   },
 * });
 * ```
 */
export declare function instrument<Handler>(
  handler: Handler,
  options?: InstrumentOptions,
): Handler;

/** Keys of the attributes that Laminar reads. */
export declare const LaminarAttributes: {
  readonly INPUT_TOKEN_COUNT: "gen_ai.usage.input_tokens";
  readonly OUTPUT_TOKEN_COUNT: "gen_ai.usage.output_tokens";
  readonly TOTAL_TOKEN_COUNT: "llm.usage.total_tokens";
  readonly PROVIDER: "gen_ai.system";
  readonly REQUEST_MODEL: "gen_ai.request.model";
  readonly RESPONSE_MODEL: "gen_ai.response.model";
  readonly INPUT_COST: "gen_ai.usage.input_cost";
  readonly OUTPUT_COST: "gen_ai.usage.output_cost";
  readonly TOTAL_COST: "gen_ai.usage.cost";
};

/** Options of {@link getTracer}. */
export interface TracerOptions {
  /**
   * The parent of the tracer's spans, unless a span below it is active or a context has another parent. Needed
   * only without AsyncLocalStorage, which finds the parent by itself.
   */
  parent?: Span | undefined;
}

/** What a {@link Tracer} starts a span with: OpenTelemetry's `SpanOptions`. */
export interface TracerSpanOptions {
  /** OpenTelemetry's kind: 0 internal (default), 1 server, 2 client, 3 producer, 4 consumer. */
  kind?: number | undefined;
  /** Attributes of the new span. */
  attributes?: Attributes | undefined;
  /** Links to other spans. */
  links?: Link[] | undefined;
  /** Default: now. */
  startTime?: TimeInput | undefined;
  /** Begins a new trace, even if a span is active. */
  root?: boolean | undefined;
}

/** The part of OpenTelemetry's `Context` that a {@link Tracer} looks at. */
export interface TracerContext {
  /** Returns the context's value for a key. */
  getValue(key: symbol): unknown;
}

/**
 * OpenTelemetry's `Tracer`. A span's parent is the span in `context`, of this SDK or another;
 * otherwise the active one.
 */
export interface Tracer {
  /** Starts a span without making it active. End it yourself. */
  startSpan(
    name: string,
    options?: TracerSpanOptions,
    context?: TracerContext,
  ): Span;
  /** Starts a span and calls `action` with it as the active one. `action` ends it. */
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    action: F,
  ): ReturnType<F>;
  /** The same with options. */
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: TracerSpanOptions,
    action: F,
  ): ReturnType<F>;
  /** The same with options and a context that may hold the parent. */
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: TracerSpanOptions,
    context: TracerContext,
    action: F,
  ): ReturnType<F>;
}

/**
 * A tracer for libraries that take OpenTelemetry's: its types fit `@opentelemetry/api` 1.9, which need not be
 * installed. OpenTelemetry's globals are not changed.
 *
 * @example
 * ```js
 * // AI SDK 5 and 6
 * await generateText({
 *   model,
 *   prompt,
 *   experimental_telemetry: { isEnabled: true, tracer: getTracer() },
 * });
 * ```
 */
export declare function getTracer(options?: TracerOptions): Tracer;

/**
 * A copy of the AI SDK's module, version 5 or 6, in which `generateText`, `generateObject`, `streamText`,
 * `streamObject`, `embed`, `embedMany` and `rerank` record telemetry for Laminar. A call's own
 * `experimental_telemetry` takes precedence. The spans of a streaming call are ended, too, when the stream of
 * its model fails or is cancelled.
 *
 * Version 7 is returned unchanged, with a warning: see {@link registerAiSdkTelemetry}.
 *
 * @example
 * ```js
 * import * as original from "ai";
 * const ai = wrapAISDK(original);
 * await ai.generateText({ model, prompt });
 * ```
 */
export declare function wrapAISDK<Module extends object>(ai: Module): Module;

/** Options of {@link LaminarAiSdkTelemetry}. */
export interface LaminarAiSdkTelemetryOptions {
  /** Record prompts, tool arguments and the like. Default: true. */
  recordInputs?: boolean | undefined;
  /**
   * Record answers and tool results. Default: true. With this or `recordInputs` off, errors lose
   * their message too: it may quote either.
   */
  recordOutputs?: boolean | undefined;
  /** One more span around each step of a generation. Default: false. */
  createStepSpan?: boolean | undefined;
  /**
   * Options for `Laminar.initialize`, unless it has been called. A Worker has no key before its first request
   * and calls `Laminar.initialize` there.
   */
  laminarOptions?: InitializeOptions | undefined;
  /** As in {@link TracerOptions}; of use for one call's `telemetry.integrations`. */
  parent?: Span | undefined;
}

/**
 * The integration for AI SDK 7: for `registerTelemetry`, or for `telemetry: { integrations }` of a single call.
 * Each call becomes a span, with the calls of models (`LLM`, with messages and token counts) and of tools
 * (`TOOL`) below it. Spans that start inside a tool are below the tool's, which needs AsyncLocalStorage.
 */
export declare class LaminarAiSdkTelemetry {
  constructor(options?: LaminarAiSdkTelemetryOptions);
  onStart(event: any): void;
  onStepStart(event: any): void;
  onLanguageModelCallStart(event: any): void;
  onLanguageModelCallEnd(event: any): void;
  onToolExecutionStart(event: any): void;
  onToolExecutionEnd(event: any): void;
  onStepEnd(event: any): void;
  onObjectStepStart(event: any): void;
  onObjectStepEnd(event: any): void;
  onEnd(event: any): void;
  onAbort(event: any): void;
  onError(event: any): void;
  executeTool<T>(options: {
    callId: string;
    toolCallId: string;
    execute: () => PromiseLike<T>;
  }): PromiseLike<T>;
  executeLanguageModelCall<T>(options: {
    callId: string;
    execute: () => PromiseLike<T>;
  }): PromiseLike<T>;
}

/** `new LaminarAiSdkTelemetry(options)`. */
export declare function aiSdkTelemetry(
  options?: LaminarAiSdkTelemetryOptions,
): LaminarAiSdkTelemetry;

/**
 * Registers the integration for every call of AI SDK 7. May be called with every request: the last
 * call counts, and nothing is recorded twice.
 */
export declare function registerAiSdkTelemetry(
  options?: LaminarAiSdkTelemetryOptions,
): LaminarAiSdkTelemetry;
