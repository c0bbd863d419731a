// The SDK under test, imported by name as its users do.
export * as sdk from "laminar-edge";
