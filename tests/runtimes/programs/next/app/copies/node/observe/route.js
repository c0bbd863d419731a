export const dynamic = "force-dynamic";
export { observed as GET } from "../../../../copies.js";
