// Stores the bytes that the wasm sends now. For a new version, or bytes that changed on purpose:
// node tests/package/vectors/write.mjs

import { keepBodies, makeBodies } from "../support/vectors.mjs";

keepBodies((await makeBodies()).bodies);
