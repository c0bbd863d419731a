/**
 * LLM calls that trace themselves: messages, models, tokens and times of every call to a provider, taken from the
 * wire, whichever client makes it.
 *
 * ```js
 * import { wrapOpenAI } from "laminar-edge/llm";
 *
 * const client = wrapOpenAI(new OpenAI());
 * ```
 *
 * @module laminar-edge/llm
 */
import type { Span } from "laminar-edge";

/** The global `fetch`, as this program's types know it. */
export type Fetch = typeof globalThis extends { fetch: infer Known }
  ? Known
  : (...args: any[]) => Promise<any>;

/** How LLM calls are traced. */
export interface LLMOptions {
  /** Whether messages, tools and other content of the request are recorded. Default: true. */
  recordInputs?: boolean | undefined;
  /** Whether the answer's content is recorded. Default: true. */
  recordOutputs?: boolean | undefined;
  /**
   * The most bytes of one inline image, sound or file that is recorded, counted as it stands in the request or the
   * answer (base64); of a larger one only type and size are recorded. Default: 65,536 bytes, at least 512: shorter
   * media cannot be told from text.
   */
  mediaLimitBytes?: number | undefined;
  /**
   * The same under its older name; `mediaLimitBytes` wins.
   * @deprecated Use `mediaLimitBytes`.
   */
  mediaLimit?: number | undefined;
  /**
   * Asks OpenAI's chat completions for the tokens of a stream where the program does not, and takes the extra event
   * out of the answer again. Changes the body that is sent. Default: false.
   */
  includeUsage?: boolean | undefined;
  /** Your own hosts that speak a provider's format, with the provider's name: `{ "llm.example.com": "openai" }`. */
  providers?: Record<string, string> | undefined;
  /**
   * The provider's name for hosts that are neither known nor in `providers`. Default: `openai`, and `anthropic` for
   * paths that end in `/v1/messages`.
   */
  provider?: string | undefined;
  /** The name of the spans. Default: `chat {model}`, `embeddings {model}` and the like. */
  name?: string | undefined;
  /** The parent of the spans where no span is active. Default: none, a trace begins. */
  parent?: Span | undefined;
  /** Tags of the traces. */
  tags?: string[] | undefined;
  /** Metadata of the traces. Objects are written as JSON. */
  metadata?: Record<string, any> | undefined;
}

/**
 * Options for the calls of one callback; see {@link LaminarLLM.withLLMOptions}. Here `parent` counts unless the active
 * span is below it.
 */
export type LLMCallOptions = Pick<
  LLMOptions,
  "name" | "parent" | "tags" | "metadata"
>;

/** What {@link wrapWorkersAI} needs of a binding. */
export interface WorkersAILike {
  /** Runs a model. */
  run: (...args: any[]) => any;
}

/** What `Laminar` has in addition once `laminar-edge/llm` is imported. */
export interface LaminarLLM {
  /**
   * Calls the global fetch, and traces the LLM calls among what it is asked for: for
   * `new OpenAI({ fetch: Laminar.fetch })`, or for calls by hand.
   */
  readonly fetch: Fetch;
  /**
   * Runs `action` with options for the LLM calls that it makes. Without AsyncLocalStorage they hold for the
   * synchronous part of `action`.
   */
  withLLMOptions<T>(options: LLMCallOptions, action: () => T): T;
}

declare module "laminar-edge" {
  /** See {@link Laminar}. */
  interface LaminarApi extends LaminarLLM {}
}

/**
 * Returns a fetch whose LLM calls are traced: for any client that takes one, or for calls by hand. Everything else
 * it hands on as it is, with the same promise.
 *
 * The option `fetch` is what it calls. Default: the global one, looked up with each call.
 */
export declare function tracedFetch(
  options?: LLMOptions & { fetch?: Fetch | undefined },
): Fetch;

/**
 * Replaces `client.fetch` in place, once, and returns the same client: for `openai`, `@anthropic-ai/sdk` and every
 * client made like them. Copies by `withOptions` are traced, too.
 */
export declare function wrapClient<Client>(
  client: Client,
  options?: LLMOptions,
): Client;

/** {@link wrapClient} for `new OpenAI()` and `new AzureOpenAI()`. */
export declare function wrapOpenAI<Client>(
  client: Client,
  options?: LLMOptions,
): Client;

/** {@link wrapClient} for `new Anthropic()`. */
export declare function wrapAnthropic<Client>(
  client: Client,
  options?: LLMOptions,
): Client;

/**
 * Replaces in place, once, the method by which a client of `@google/genai` sends, and returns the same client. One
 * without that method is left as it is, with a warning.
 */
export declare function wrapGoogleGenAI<Client>(
  client: Client,
  options?: LLMOptions,
): Client;

/**
 * Returns what stands for the binding `env.AI`: `run` and `gateway(id).run` are traced, everything else is the
 * binding's own. `env` itself is left alone. A binding that is wrapped already is returned as it is. Models of
 * pictures and sound pass through without a span.
 */
export declare function wrapWorkersAI<Binding extends WorkersAILike>(
  binding: Binding,
  options?: LLMOptions,
): Binding;

/**
 * Puts a traced fetch in place of the global one, once, and returns a function that undoes that. Clients that took
 * the global fetch before go on with theirs. A second call changes nothing, and its options do not count. Where the
 * global one cannot be replaced it warns and changes nothing.
 */
export declare function instrumentFetch(options?: LLMOptions): () => void;
