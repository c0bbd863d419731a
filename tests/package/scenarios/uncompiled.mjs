// A page whose Content-Security-Policy does not allow to compile a module.

export async function withoutUnsafeEval() {
  WebAssembly.compile = async () => {
    throw new WebAssembly.CompileError("violates the policy of this page");
  };
  const { Laminar } = await import("laminar-edge/inline");
  Laminar.initialize({ projectApiKey: "key", baseUrl: "http://127.0.0.1:2" });
  for (const name of ["one", "two"]) Laminar.startSpan({ name }).end();
  const report = await Laminar.flush();
  const stats = Laminar.stats();
  const after = await Laminar.shutdown();
  return { report, stats, after, end: Laminar.stats() };
}
