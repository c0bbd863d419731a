export const runtime = "edge";
export { answer as GET } from "../../../suite-in-next.js";
