// A program without any trouble.

import { Laminar, observe } from "laminar-edge";

export async function recordAndFlush({ options }) {
  Laminar.initialize(options);
  observe({ name: "span" }, () => 1);
  return Laminar.flush();
}
