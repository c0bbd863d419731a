import * as lib from "laminar-edge";
import { runHere } from "./here.js";

runHere(lib);
