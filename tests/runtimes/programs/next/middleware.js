export { answer as middleware } from "./suite-in-next.js";
export const config = { matcher: "/through-middleware" };
