export const dynamic = "force-dynamic";
export { instrumented as GET } from "../../../../copies.js";
