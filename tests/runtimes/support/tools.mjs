// Runtimes from npm packages, by the file that runs them.

import { fileURLToPath } from "node:url";

export const tool = (path) =>
  fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

export const NODE_22 = tool("node22/bin/node");
export const NODE_24 = tool("node24/bin/node");
export const DENO = tool("@deno/linux-x64-glibc/deno");
export const BUN = tool("@oven/bun-linux-x64/bin/bun");

export const WORKERD = tool("@cloudflare/workerd-linux-64/bin/workerd");
