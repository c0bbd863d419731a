export const runtime = "edge";
export { instrumented as GET } from "../../../../copies.js";
