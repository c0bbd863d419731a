// What instrument knows of each kind of event: its name and attributes in OpenTelemetry's words, and
// nothing that a user said. Routes are not known here, and paths make no names: there are too many.

const SERVER = 1;
const CONSUMER = 4;

/** Entries of a Worker's handler object and of its classes. `test` is not an event of a user's. */
export const HANDLERS = [
  "fetch",
  "scheduled",
  "queue",
  "email",
  "tail",
  "trace",
];

/** Those a Durable Object has besides. */
export const OBJECT_HANDLERS = [
  "alarm",
  "webSocketMessage",
  "webSocketClose",
  "webSocketError",
];

const METHODS = new Set(
  "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(" "),
);

/** `(event, env, ctx)`, as handler objects are called. */
export function handlerEvent(kind, args) {
  const [subject, env, ctx] = args;
  return { ...eventOf(kind, subject), env, holders: [ctx] };
}

/** A method of a class: its instance keeps env and ctx. */
export function methodEvent(kind, args, className, { env, ctx, isObject }) {
  const event = eventOf(kind, args[0]);
  if (!HANDLERS.includes(kind)) event.name = `${className}.${kind}`;
  return { ...event, env, holders: [ctx], isObject };
}

/** A call of one of a class's own methods over RPC. */
export function rpcEvent(method, args, className, { env, ctx, isObject }) {
  return {
    isObject,
    kind: "rpc",
    name: `${className}.${method}`,
    spanKind: SERVER,
    attributes: { "rpc.service": className, "rpc.method": method },
    subject: args[0],
    env,
    holders: [ctx],
  };
}

/**
 * Servers call a function with a request and something of theirs; Pages with one context that has
 * all. Undefined if there is no request.
 */
export function functionEvent(args) {
  const [first, second, third] = args;
  if (isRequest(first))
    return {
      ...eventOf("fetch", first),
      env: second,
      holders: [third, second],
    };
  if (isRequest(first?.request))
    return {
      ...eventOf("fetch", first.request),
      env: first.env,
      holders: [first],
    };
  return undefined;
}

function isRequest(value) {
  return (
    typeof value?.method === "string" &&
    typeof value.url === "string" &&
    typeof value.headers?.get === "function"
  );
}

function eventOf(kind, subject) {
  const { name = kind, ...rest } = DETAILS[kind]?.(subject) ?? {};
  return { kind, name, subject, ...rest };
}

const DETAILS = {
  fetch(request) {
    const method = METHODS.has(request.method) ? request.method : undefined;
    const { protocol, hostname, pathname } = new URL(request.url);
    return {
      name: method ?? "HTTP",
      spanKind: SERVER,
      request,
      attributes: {
        "http.request.method": method ?? "_OTHER",
        "url.scheme": protocol.slice(0, -1),
        "url.path": pathname,
        "server.address": hostname,
      },
    };
  },
  scheduled({ cron, scheduledTime }) {
    return {
      name: cron ? `scheduled ${cron}` : "scheduled",
      attributes: {
        "faas.trigger": "timer",
        "faas.cron": cron || undefined,
        "faas.time": scheduledTime && new Date(scheduledTime).toISOString(),
      },
    };
  },
  queue({ queue, messages }) {
    return {
      name: `process ${queue}`,
      spanKind: CONSUMER,
      attributes: {
        "faas.trigger": "pubsub",
        "messaging.system": "cloudflare_queues",
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        "messaging.batch.message_count": messages.length,
      },
    };
  },
  alarm: () => ({ attributes: { "faas.trigger": "timer" } }),
};
