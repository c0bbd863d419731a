import { instrumented, observed } from "./copies.js";
import { answer } from "./suite-in-next.js";

const ANSWERS = {
  "/through-middleware": answer,
  "/copies/middleware/observe": observed,
  "/copies/middleware/instrument": instrumented,
};

export const middleware = (request) =>
  ANSWERS[request.nextUrl.pathname](request);

export const config = {
  matcher: ["/through-middleware", "/copies/middleware/:how"],
};
