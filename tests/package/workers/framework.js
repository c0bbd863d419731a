// A framework for Durable Objects like `agents`: it stores metadata of a method under the function itself, its
// constructor looks through the prototypes of a subclass and wraps the methods, and a client calls them by name
// over a WebSocket.

const callable = new WeakMap();
const wrappedClasses = new WeakSet();

/** A decorator of both kinds, or called by hand. */
export function markCallable(method, description) {
  callable.set(method, { description });
  return method;
}

export function frameworkOn(Base) {
  return class Framework extends Base {
    state = { count: 0 };
    current = undefined;

    constructor(ctx, env) {
      super(ctx, env);
      const own = Object.getPrototypeOf(this);
      if (Object.hasOwn(own, "onChange") && Object.hasOwn(own, "onUpdate"))
        throw new Error("onUpdate is the old name of onChange: not both");
      if (wrappedClasses.has(this.constructor)) return;
      wrappedClasses.add(this.constructor);
      this.#wrapMethods();
    }

    onChange() {}
    onUpdate() {}

    /** Each method of the subclass runs in a context of the framework's. */
    #wrapMethods() {
      const seen = new Set(Object.getOwnPropertyNames(Framework.prototype));
      for (
        let at = Object.getPrototypeOf(this);
        at !== Framework.prototype;
        at = Object.getPrototypeOf(at)
      )
        for (const name of Object.getOwnPropertyNames(at)) {
          if (seen.has(name)) continue;
          seen.add(name);
          const { value: method } = Object.getOwnPropertyDescriptor(at, name);
          if (typeof method !== "function") continue;
          const wrapped = function (...args) {
            this.current = name;
            return method.apply(this, args);
          };
          if (callable.has(method)) callable.set(wrapped, callable.get(method));
          this.constructor.prototype[name] = wrapped;
        }
    }

    async fetch() {
      const [client, server] = Object.values(new WebSocketPair());
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }

    async webSocketMessage(socket, message) {
      const { method, args } = JSON.parse(message);
      socket.send(JSON.stringify(await this.answer(method, args)));
    }

    async answer(name, args) {
      const method = this[name];
      if (!callable.has(method)) return { error: `${name} is not callable` };
      return { result: await method.apply(this, args) };
    }

    /** Inherited, and called over RPC. */
    async snapshot() {
      return this._internal();
    }

    async _internal() {
      return { ...this.state };
    }
  };
}
