import * as lib from "laminar-edge";
import { runAndPost } from "./suite.js";

await runAndPost(lib, JSON.parse(process.argv[2]), process.argv[3]);
