// Which request of an isolate runs right now. workerd lets only the request that made an abort
// signal look at it, and says so with an exception: that tells requests apart without
// AsyncLocalStorage. Elsewhere nobody is turned away, and all is one request.

let apart = false;

/** Said by the entry of a runtime that does. */
export function setRequestsApart() {
  apart = true;
}

export function tellsRequestsApart() {
  return apart;
}

/** Something of this request's own. */
export function requestToken() {
  try {
    return new AbortController();
  } catch {
    // A Worker's global scope makes none: it is no request, and nobody's own.
    return {};
  }
}

/** Whether the request that runs is the one that made the token. */
export function isOwn(token) {
  try {
    return token.signal.aborted !== undefined;
  } catch {
    return false;
  }
}
