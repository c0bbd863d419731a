type Same<T> = <U>() => U extends T ? 1 : 2;

/** True for the same type only, `any` and optional properties told apart. */
export type Equals<A, B> = Same<A> extends Same<B> ? true : false;

/** Compiles for `true` only. */
export function assertType<Check extends true>(...proof: Check[]): void {
  void proof;
}
