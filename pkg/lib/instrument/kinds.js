// Describes each kind of event: its name and attributes by OpenTelemetry's conventions, without users' content.
// Routes are not known here, and there are too many paths to use them as names.

import { KIND_CONSUMER, KIND_SERVER } from "../values/otel.js";

/** @typedef {import("../../index.js").EventKind} EventKind */
/** @typedef {{ waitUntil(promise: Promise<unknown>): void } | undefined} Holder */
/** @typedef {{ env?: any, ctx?: Holder, isObject?: boolean }} Surroundings */
/**
 * What instrument knows of an event. `isObject` says whether it is one of a Durable Object, and is undefined
 * for handlers that are not methods of a class.
 * @typedef {object} HostEvent
 * @property {EventKind} kind
 * @property {string} name
 * @property {any} subject
 * @property {any} [env]
 * @property {Holder[]} holders
 * @property {boolean} [isObject]
 * @property {number} [spanKind]
 * @property {import("../../index.js").Attributes} [attributes]
 * @property {Request} [request]
 */

/**
 * The handlers of a Worker's handler object and of its classes. `test` is left out: users do not call it.
 * @type {EventKind[]}
 */
export const HANDLERS = [
  "fetch",
  "scheduled",
  "queue",
  "email",
  "tail",
  "trace",
];

/** The handlers that only a Durable Object has. @type {EventKind[]} */
export const OBJECT_HANDLERS = [
  "alarm",
  "webSocketMessage",
  "webSocketClose",
  "webSocketError",
];

const METHODS = new Set(
  "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(" "),
);

/**
 * Describes a call `(event, env, ctx)` of a handler object.
 * @param {EventKind} kind
 * @param {any[]} args
 * @returns {HostEvent}
 */
export function handlerEvent(kind, args) {
  const [subject, env, ctx] = args;
  const event = eventOf(kind, subject);
  event.env = env;
  event.holders = [ctx];
  return event;
}

/**
 * Describes a call of a handler of a class, whose instance has env and ctx.
 * @param {EventKind} kind
 * @param {any[]} args
 * @param {string} className
 * @param {Surroundings} surroundings
 * @returns {HostEvent}
 */
export function methodEvent(kind, args, className, { env, ctx, isObject }) {
  const event = eventOf(kind, args[0]);
  if (!HANDLERS.includes(kind)) event.name = `${className}.${kind}`;
  event.env = env;
  event.holders = [ctx];
  event.isObject = isObject;
  return event;
}

/**
 * Describes a call of one of a class's own methods over RPC.
 * @param {string} method
 * @param {any[]} args
 * @param {string} className
 * @param {Surroundings} surroundings
 * @returns {HostEvent}
 */
export function rpcEvent(method, args, className, { env, ctx, isObject }) {
  return {
    isObject,
    kind: "rpc",
    name: `${className}.${method}`,
    spanKind: KIND_SERVER,
    attributes: { "rpc.service": className, "rpc.method": method },
    subject: args[0],
    env,
    holders: [ctx],
  };
}

/**
 * Describes a call of a function: servers pass a request and values of their own, Pages passes one context.
 * Returns undefined if there is no request.
 * @param {any[]} args
 * @returns {HostEvent | undefined}
 */
export function functionEvent(args) {
  const [first, second, third] = args;
  if (isRequest(first)) {
    const event = eventOf("fetch", first);
    event.env = second;
    event.holders = [third, second];
    return event;
  }
  if (!isRequest(first?.request)) return undefined;
  const event = eventOf("fetch", first.request);
  event.env = first.env;
  event.holders = [first];
  return event;
}

/** @param {any} value */
function isRequest(value) {
  return (
    typeof value?.method === "string" &&
    typeof value.url === "string" &&
    typeof value.headers?.get === "function"
  );
}

/**
 * Returns an event that the caller completes. All kinds have the same properties, so that engines handle them
 * fast.
 * @param {EventKind} kind
 * @param {any} subject
 * @returns {HostEvent}
 */
function eventOf(kind, subject) {
  const details = DETAILS[kind]?.(subject);
  return {
    kind,
    name: details?.name ?? kind,
    subject,
    env: undefined,
    holders: [],
    isObject: undefined,
    spanKind: details?.spanKind,
    attributes: details?.attributes,
    request: details?.request,
  };
}

// URLs in the usual form of incoming requests, for which `URL` would return the same parts: nothing in them is
// escaped, normalized or resolved.
const USUAL_URL =
  /^(https?):\/\/((?!xn--)[a-z][a-z\d-]*(?:\.(?!xn--)[a-z][a-z\d-]*)*)(?::(?:[1-5]?\d{1,4}|6[0-4]\d{3}))?(\/(?:[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*\/?)?)(?:\?[^#]*)?$/;

/**
 * Returns scheme, host and path of a URL. Usual ones are matched, because `new URL` costs as much as a span.
 * @param {string} url
 */
export function partsOf(url) {
  const usual = USUAL_URL.exec(url);
  if (usual !== null)
    return { scheme: usual[1], host: usual[2], path: usual[3] };
  const { protocol, hostname, pathname } = new URL(url);
  return { scheme: protocol.slice(0, -1), host: hostname, path: pathname };
}

/** @type {{ [kind in EventKind]?: (subject: any) => Partial<HostEvent> }} */
const DETAILS = {
  fetch(request) {
    const method = METHODS.has(request.method) ? request.method : undefined;
    const { scheme, host, path } = partsOf(request.url);
    return {
      name: method ?? "HTTP",
      spanKind: KIND_SERVER,
      request,
      attributes: {
        "http.request.method": method ?? "_OTHER",
        "url.scheme": scheme,
        "url.path": path,
        "server.address": host,
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
      spanKind: KIND_CONSUMER,
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
