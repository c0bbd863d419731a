// Every intended difference to the official SDK in the spans of LLM calls, with its reason. Any other
// difference is a defect of ours. `holds` gets `{ program, span, what, official, ours }`, where a missing side
// is undefined. A rule that matches nothing fails the suite, so that outdated ones are removed.

const number = (value) => (value === undefined ? 0 : Number(value));
const named =
  (...names) =>
  ({ what }) =>
    names.includes(what);
/** Ours records an attribute that the official SDK leaves out. */
const added = (...names) => {
  const isNamed = named(...names);
  return (d) => isNamed(d) && d.official === undefined && d.ours !== undefined;
};
/** The official SDK records an attribute that ours leaves out. */
const omitted = (...names) => {
  const isNamed = named(...names);
  return (d) => isNamed(d) && d.ours === undefined && d.official !== undefined;
};
const of = (library, ...programs) => {
  const names = programs.map((program) => `${library}: ${program}`);
  return ({ program }) => names.includes(program);
};
const inOpenAi = ({ program }) => program.startsWith("openai:");
const inAnthropic = ({ program }) => program.startsWith("anthropic:");
const inGenAi = ({ program }) => program.startsWith("genai:");

/** Programs that the official SDK's patches break; ours return what they return untraced. */
const breaks = [
  of(
    "openai",
    "a stream without tool index",
    "stream helper",
    "stream helper in a loop",
    "runTools in a stream",
    "tee",
    "toReadableStream",
    "withResponse of a stream",
    "asResponse",
    "controller.abort",
  ),
  of("anthropic", "tee", "toReadableStream", "withResponse", "asResponse"),
];
const isBroken = (d) => breaks.some((rule) => rule(d));

export const differences = [
  {
    what: "programs that the official SDK breaks",
    reason:
      "It replaces a client's streams and promises by its own, which lack tee, toReadableStream, controller, withResponse and asResponse, and it throws at deltas of tools without an index. Ours only replaces fetch.",
    holds: (d) => d.what === "outcome" && isBroken(d),
  },
  {
    what: "spans that the official SDK never ends",
    reason:
      "Errors, broken connections, readers that leave, and promises that nobody awaits leave its span open, and embeddings have none. Ours ends each once, marked as what it was.",
    holds: (d) =>
      d.what === "count" &&
      d.official < d.ours &&
      !of("openai", "retries")(d) &&
      !of("anthropic", "retries")(d),
  },
  {
    what: "one span for each attempt",
    reason:
      "The official SDK has one span for a call and all of its retries. Ours has one for each request, as cost, errors and times are each request's own.",
    holds: (d) =>
      d.what === "count" &&
      (of("openai", "retries")(d) || of("anthropic", "retries")(d)),
  },
  {
    what: "names, versions and ids",
    reason: "Another package on another runtime; ids are random.",
    holds: named(
      "lmnr.span.sdk_version",
      "lmnr.span.language_version",
      "lmnr.span.ids_path",
    ),
  },
  {
    what: "what the server tells type and price by",
    reason:
      "The server takes a span for an LLM call by `lmnr.span.type` first, and reads prices by `gen_ai.system`, not by `gen_ai.provider.name`.",
    holds: added(
      "lmnr.span.type",
      "gen_ai.system",
      "gen_ai.provider.name",
      "gen_ai.operation.name",
    ),
  },
  {
    what: "where a call went and what came back",
    reason:
      "Ours stands at fetch, where host, path, status and the number of the attempt are known.",
    holds: added(
      "server.address",
      "url.template",
      "http.response.status_code",
      "gen_ai.request.retry_count",
    ),
  },
  {
    what: "parameters of the request",
    reason:
      "The official SDK leaves out those that are 0, and these altogether.",
    holds: added(
      "gen_ai.request.stream",
      "gen_ai.request.seed",
      "gen_ai.request.choice.count",
      "gen_ai.request.stop_sequences",
      "gen_ai.request.temperature",
      "gen_ai.request.frequency_penalty",
      "gen_ai.request.reasoning_effort",
      "gen_ai.request.reasoning_summary",
      "gen_ai.request.service_tier",
      "gen_ai.request.structured_output_schema",
      "gen_ai.tool.definitions",
    ),
  },
  {
    what: "max_completion_tokens before max_tokens",
    reason: "It is the newer of the two, and what OpenAI obeys.",
    holds: (d) => d.what === "gen_ai.request.max_tokens" && d.ours > d.official,
  },
  {
    what: "parts of the usage, and the tier",
    reason:
      "These are the names that the server reads, for price among others.",
    holds: added(
      "gen_ai.usage.cache_read_input_tokens",
      "gen_ai.usage.cache_creation_input_tokens",
      "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m",
      "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h",
      "gen_ai.usage.reasoning_tokens",
      "gen_ai.usage.audio_input_tokens",
      "gen_ai.usage.audio_output_tokens",
      "openai.response.service_tier",
      "anthropic.response.service_tier",
    ),
  },
  {
    what: "OpenTelemetry's names of cached tokens",
    reason: "The server copies them to those that ours sends.",
    holds: (d) =>
      omitted(
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
      )(d) &&
      d.span.attributes[
        d.what.replace(/\.cache_(\w+)\.input/, ".cache_$1_input")
      ] === d.official,
  },
  {
    what: "Anthropic's input with its cache",
    reason:
      "The server takes the count for the total and subtracts the cache from it; Anthropic, and with it the official SDK, leaves the cache out.",
    holds: (d) =>
      d.what === "gen_ai.usage.input_tokens" &&
      inAnthropic(d) &&
      d.official !== undefined &&
      number(d.ours) ===
        number(d.official) +
          number(d.span.attributes["gen_ai.usage.cache_read_input_tokens"]) +
          number(d.span.attributes["gen_ai.usage.cache_creation_input_tokens"]),
  },
  {
    what: "no total of tokens",
    reason: "The server computes it from the two.",
    holds: omitted("gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
  },
  {
    what: "what a stream says at its end or beginning",
    reason:
      "The official SDK ends the span of a stream of Responses before it begins, reads no usage in chats, and never an answer's id at Anthropic and Gemini.",
    holds: added(
      "gen_ai.usage.input_tokens",
      "gen_ai.usage.output_tokens",
      "gen_ai.response.model",
      "gen_ai.response.id",
      "gen_ai.response.finish_reasons",
      "gen_ai.output.messages",
    ),
  },
  {
    what: "times to the first chunk and token",
    reason: "The official SDK measures none.",
    holds: added(
      "gen_ai.response.time_to_first_chunk",
      "gen_ai.response.time_to_first_token",
    ),
  },
  {
    what: "messages in the provider's own form",
    reason:
      "The page shows them, with several choices, calls of tools and thinking. The official SDK writes OpenTelemetry's parts, of which the page shows thinking and results of tools as JSON, and loses calls in streams, choices after the first, and items of Responses.",
    holds: (d) =>
      named("gen_ai.input.messages", "gen_ai.output.messages")(d) &&
      d.official !== undefined &&
      d.ours !== undefined,
  },
  {
    what: "the system prompt in front of the messages",
    reason:
      "The server would put it there in OpenTelemetry's form, which does not go together with the other messages' form.",
    holds: (d) =>
      omitted("gen_ai.system_instructions")(d) &&
      JSON.parse(d.span.attributes["gen_ai.input.messages"])[0].role ===
        "system",
  },
  {
    what: "reasons to finish in the provider's words, one for each choice",
    reason:
      "The official SDK renames them, and for Responses makes them up from the status.",
    holds: (d) =>
      d.what === "gen_ai.response.finish_reasons" &&
      (inOpenAi(d) || inAnthropic(d)),
  },
  {
    what: "a tool's JSON schema under the name that the server reads",
    reason:
      "It is Gemini's parametersJsonSchema; the server knows `parameters`.",
    holds: (d) =>
      d.what === "gen_ai.tool.definitions" &&
      d.official?.replaceAll("parametersJsonSchema", "parameters") === d.ours,
  },
  {
    what: "Gemini's calls are calls of a client",
    reason: "They go to another host; the official SDK calls them internal.",
    holds: (d) => d.what === "kind" && inGenAi(d),
  },
  {
    what: "the provider's code of an error",
    reason:
      "The official SDK has the name and text of the client's error, which hold the provider's answer as JSON.",
    holds: (d) =>
      named("error.type", "events", "status")(d) &&
      d.span.events.length === 1 &&
      d.span.attributes["error.type"] ===
        d.span.events[0].attributes["exception.type"],
  },
  {
    what: "streams without their end",
    reason: "Ours marks them; the official SDK only has the error, if any.",
    holds: (d) =>
      added("laminar.incomplete")(d) &&
      d.span.attributes["gen_ai.request.stream"],
  },
  {
    what: "who left",
    reason: "Ours marks a call whose reader left, or which was aborted.",
    holds: (d) =>
      added("gen_ai.response.cancelled", "error.type")(d) &&
      d.span.attributes["gen_ai.response.cancelled"] === true &&
      d.span.status.code === 0,
  },
];
