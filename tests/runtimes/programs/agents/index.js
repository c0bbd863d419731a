// An agent of Cloudflare's `agents`: methods that clients call, state that they share with it, a schedule.
import {
  Agent,
  callable,
  getAgentByName,
  getCurrentAgent,
  routeAgentRequest,
} from "agents";
import { instrument, observe } from "laminar-edge";

class Base extends Agent {
  @callable()
  async inherited() {
    return "from the base";
  }
}

class Counter extends Base {
  initialState = { count: 0 };

  @callable({ description: "adds" })
  async add(amount) {
    await observe({ name: "count" }, async () =>
      this.setState({ count: this.state.count + amount }),
    );
    return this.state.count;
  }

  @callable({ streaming: true })
  async countTo(stream, end) {
    for (let i = 1; i < end; i++) stream.send(i);
    stream.end(end);
  }

  async secret() {
    return "not for clients";
  }

  /** Whether the framework has given the method its context. */
  async inContext() {
    return getCurrentAgent().agent === this;
  }

  onRequest() {
    return observe({ name: "answer" }, () => Response.json(this.state));
  }
}

export class Plain extends Counter {}
export const Instrumented = instrument(Counter);

export default {
  async fetch(request, env) {
    const [, kind, name, method] = new URL(request.url).pathname.split("/");
    if (kind !== "rpc") return routeAgentRequest(request, env);
    const agent = await getAgentByName(env[name], "one");
    return Response.json(await agent[method]());
  },
};
