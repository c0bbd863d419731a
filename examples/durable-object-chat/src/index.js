import { DurableObject } from "cloudflare:workers";
import { Laminar, observe } from "laminar-edge";

export default {
  fetch(request, env) {
    const room = new URL(request.url).pathname;
    return env.CHAT.get(env.CHAT.idFromName(room)).fetch(request);
  },
};

export class Chat extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    Laminar.initialize({
      projectApiKey: env.LMNR_PROJECT_API_KEY,
      baseUrl: env.LMNR_BASE_URL,
      // Nothing here flushes: spans are sent in the background, at the latest after this time.
      scheduledDelayMillis: 1_000,
    });
  }

  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket, text) {
    const sessionId = this.ctx.id.toString();
    const answer = await observe({ name: "turn", sessionId }, () =>
      reply(text),
    );
    socket.send(answer);
  }
}

function reply(text) {
  return observe(
    { name: "think", spanType: "TOOL" },
    async (words) => `you said ${words.length} words`,
    text.split(" "),
  );
}
