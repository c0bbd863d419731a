export const runtime = "edge";
export { observed as GET } from "../../../../copies.js";
