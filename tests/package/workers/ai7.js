// AI SDK 7 in a Worker.

import { MockLanguageModelV4 as Mock } from "ai7/test";
import * as ai from "ai7";
import { serve } from "./ai-worker.js";

export default serve(ai, Mock, 4);
