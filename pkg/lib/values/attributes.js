// The attribute keys that Laminar reads, and the official SDK's names for those that users set.

export const LaminarAttributes = Object.freeze({
  INPUT_TOKEN_COUNT: "gen_ai.usage.input_tokens",
  OUTPUT_TOKEN_COUNT: "gen_ai.usage.output_tokens",
  TOTAL_TOKEN_COUNT: "llm.usage.total_tokens",
  PROVIDER: "gen_ai.system",
  REQUEST_MODEL: "gen_ai.request.model",
  RESPONSE_MODEL: "gen_ai.response.model",
  INPUT_COST: "gen_ai.usage.input_cost",
  OUTPUT_COST: "gen_ai.usage.output_cost",
  TOTAL_COST: "gen_ai.usage.cost",
});

export const SPAN_TYPE = "lmnr.span.type";
export const SPAN_INPUT = "lmnr.span.input";
export const SPAN_OUTPUT = "lmnr.span.output";

const ASSOCIATION = "lmnr.association.properties.";
export const SESSION_ID = `${ASSOCIATION}session_id`;
export const USER_ID = `${ASSOCIATION}user_id`;
export const TRACE_TYPE = `${ASSOCIATION}trace_type`;
export const TAGS = `${ASSOCIATION}tags`;
export const METADATA = `${ASSOCIATION}metadata.`;
export const TRACING_LEVEL = "lmnr.internal.tracing_level";
