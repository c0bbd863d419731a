// A traced fetch has the type of the program's own.

import { Laminar } from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import { assertType, type Equals } from "./equals.js";

const traced = tracedFetch({ fetch, recordInputs: false });
assertType<Equals<typeof traced, typeof fetch>>();
assertType<Equals<typeof Laminar.fetch, typeof fetch>>();
const response = traced("https://example.com", { method: "POST" });
assertType<Equals<typeof response, Promise<Response>>>();
