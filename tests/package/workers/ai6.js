// AI SDK 6 in a Worker.

import { MockLanguageModelV3 as Mock } from "ai6/test";
import * as ai from "ai6";
import { serve } from "./ai-worker.js";

export default serve(ai, Mock, 3);
