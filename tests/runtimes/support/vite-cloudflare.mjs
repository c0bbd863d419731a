// Runs Cloudflare's Vite plugin in the current folder, with a user's configuration, and prints its URL.
// usage: node vite-cloudflare.mjs develop|preview

import { cloudflare } from "@cloudflare/vite-plugin";
import { createBuilder, createServer, preview } from "vite";

const options = () => ({
  configFile: false,
  logLevel: "error",
  plugins: [cloudflare({ inspectorPort: false })],
  server: { host: "127.0.0.1", port: 0 },
  preview: { host: "127.0.0.1", port: 0 },
});

const { httpServer } = await {
  async develop() {
    const server = await createServer(options());
    return server.listen();
  },
  async preview() {
    const builder = await createBuilder(options());
    await builder.buildApp();
    return preview(options());
  },
}[process.argv[2]]();
console.log(`http://127.0.0.1:${httpServer.address().port}/`);
