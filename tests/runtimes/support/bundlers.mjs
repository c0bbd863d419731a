// Each bundler, set up as its own documentation begins: without a plugin, loader or copy step for this package.

import { dirname, join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

/** Each takes a source and the bundle's path. */
export const BUNDLERS = {
  esbuild: (source, target) =>
    esbuild({
      entryPoints: [source],
      outfile: target,
      bundle: true,
      format: "esm",
      minify: true,
      logLevel: "error",
    }),

  Vite: (source, target) =>
    vite({
      root: dirname(source),
      configFile: false,
      logLevel: "error",
      build: {
        outDir: dirname(target),
        rollupOptions: {
          input: source,
          output: { entryFileNames: "bundle.js" },
        },
      },
    }),

  // It finds no package at all without this plugin.
  async Rollup(source, target) {
    const plugins = [nodeResolve({ browser: true })];
    const bundle = await rollup({ input: source, plugins });
    await bundle.write({ file: target, inlineDynamicImports: true });
    await bundle.close();
  },

  webpack: (source, target) =>
    new Promise((resolve, reject) => {
      const output = { path: dirname(target), filename: "bundle.js" };
      const options = { mode: "production", entry: source, output };
      webpack(options, (error, stats) => {
        if (error ?? stats.hasErrors()) reject(error ?? stats.toString());
        else resolve();
      });
    }),
};

export const targetOf = (folder, bundler) =>
  join(folder, `dist-${bundler}`, "bundle.js");
