/**
 * Returns a fetch that sends every call to `url` instead of its host; path and query stay. Runs in any
 * runtime.
 */
export function redirectedFetch(url) {
  return (input, init) => {
    const { pathname, search } = new URL(input.url ?? input);
    const target = new URL(pathname + search, url);
    return input instanceof Request
      ? fetch(new Request(target, input), init)
      : fetch(target, init);
  };
}
