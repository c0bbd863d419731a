// The official SDK, with which ours is compared.
export * as sdk from "@lmnr-ai/lmnr";
