// The binding of Workers AI, by Cloudflare's own types.

import { wrapWorkersAI, tracedFetch } from "laminar-edge/llm";
import { assertType, type Equals } from "../equals.js";

declare const env: { AI: Ai };
const ai = wrapWorkersAI(env.AI, { recordInputs: false });
assertType<Equals<typeof ai, Ai>>();

const traced = tracedFetch();
assertType<Equals<typeof traced, typeof fetch>>();
