// Unbundled: a worker has no import map, so the entry is named by its file.
import * as lib from "/node_modules/laminar-edge/browser.js";
import { runHere } from "./here.js";

runHere(lib);
