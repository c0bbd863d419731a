// The SDK that sets the measure.
export * as sdk from "@lmnr-ai/lmnr";
