// Only the first request calls initialize. Counts how often the SDK asks whether another request's socket is its
// own: the runtime throws then, which costs more than recording a span.

const RealPair = globalThis.WebSocketPair;
let refused = 0;

globalThis.WebSocketPair = class {
  constructor() {
    const [socket] = Object.values(new RealPair());
    return [
      {
        get readyState() {
          try {
            return socket.readyState;
          } catch (error) {
            refused++;
            throw error;
          }
        },
      },
    ];
  }
};

const { Laminar, observe } = await import("laminar-edge");

export default {
  async fetch(request, env) {
    if (!Laminar.initialized())
      Laminar.initialize({ projectApiKey: "key", baseUrl: env.COLLECTOR });
    refused = 0;
    for (let i = 0; i < 50; i++)
      await observe({ name: "root" }, () =>
        observe({ name: "child" }, () => i),
      );
    const whileRecording = refused;
    const report = await Laminar.flush();
    return Response.json({ whileRecording, exported: report.exported });
  },
};
