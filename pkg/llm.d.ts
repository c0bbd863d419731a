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

/** How LLM calls are traced. */
export interface LLMOptions {
  /** Whether messages, tools and other content of the request are recorded. Default: true. */
  recordInputs?: boolean | undefined;
  /** Whether the answer's content is recorded. Default: true. */
  recordOutputs?: boolean | undefined;
  /**
   * The most bytes of one inline image, sound or file that is recorded, as it is encoded; a larger one leaves its
   * type and size. Default: 65,536.
   */
  mediaLimit?: number | undefined;
  /**
   * Asks OpenAI's chat completions for the tokens of a stream where the program does not, and takes the extra event
   * out of the answer again. Changes the body that is sent. Default: false.
   */
  includeUsage?: boolean | undefined;
  /** Your own hosts that speak a provider's format, with the provider's name: `{ "llm.example.com": "openai" }`. */
  providers?: Record<string, string> | undefined;
  /** The provider's name for hosts that nobody knows. Default: `openai`. */
  provider?: string | undefined;
  /** The name of the spans. Default: `chat {model}` and the like. */
  name?: string | undefined;
  /** The parent where no span is active. */
  parent?: Span | undefined;
  /** Tags of the spans. */
  tags?: string[] | undefined;
  /** Metadata of the trace. */
  metadata?: Record<string, any> | undefined;
}

/** Options for the calls of one callback; see {@link LaminarLLM.withLLMOptions}. */
export type LLMCallOptions = Pick<
  LLMOptions,
  "name" | "parent" | "tags" | "metadata"
>;

/** What is asked of Cloudflare's binding for Workers AI. */
export interface WorkersAILike {
  /** Runs a model. */
  run: (...args: any[]) => any;
}

/** What `Laminar` has besides once `laminar-edge/llm` is imported. */
export interface LaminarLLM {
  /** The global fetch, whose LLM calls are traced: for `new OpenAI({ fetch: Laminar.fetch })`, or by hand. */
  readonly fetch: typeof fetch;
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
 * it hands on as it is, with the same promise. Without `fetch` it calls the global one.
 */
export declare function tracedFetch(
  options?: LLMOptions & { fetch?: typeof fetch | undefined },
): typeof fetch;

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

/** Replaces the way out of a client of `@google/genai` in place, once, and returns the same client. */
export declare function wrapGoogleGenAI<Client>(
  client: Client,
  options?: LLMOptions,
): Client;

/**
 * Returns what stands for the binding `env.AI`: `run` and `gateway(id).run` are traced, everything else is the
 * binding's own. `env` itself is left alone. Models of pictures and sound pass through without a span.
 */
export declare function wrapWorkersAI<Binding extends WorkersAILike>(
  binding: Binding,
  options?: LLMOptions,
): Binding;

/**
 * Puts a traced fetch in place of the global one, once, and returns what undoes that. Clients that took the global
 * fetch before go on with theirs.
 */
export declare function instrumentFetch(options?: LLMOptions): () => void;
