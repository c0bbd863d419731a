export const dynamic = "force-dynamic";
export { answer as GET } from "../../../suite-in-next.js";
