// The active span. With AsyncLocalStorage it follows every await; without, it holds for the
// synchronous part of a callback, where nothing else can run in between.

let storage;
let synchronous;

export function setStorage(found) {
  storage = found;
}

export function activeSpan() {
  return storage === undefined ? synchronous : storage.getStore();
}

export function runWithSpan(span, action) {
  if (storage !== undefined) return storage.run(span, action);
  const outer = synchronous;
  synchronous = span;
  try {
    return action();
  } finally {
    synchronous = outer;
  }
}
