// The clients, traced by the official SDK: it patches their classes.

import { Laminar } from "../official/node_modules/@lmnr-ai/lmnr/dist/index.mjs";
import { modules, plainClients } from "./clients.mjs";

export { Laminar, modules };
export const clients = plainClients();
