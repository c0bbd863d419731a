// AI SDK 5 in a Worker.

import { MockLanguageModelV2 as Mock } from "ai5/test";
import * as ai from "ai5";
import { serve } from "./ai-worker.js";

export default serve(ai, Mock, 2);
