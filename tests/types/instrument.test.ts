// instrument with a browser's types, or without any.

import { instrument } from "laminar-edge";
import { assertType, type Equals } from "./equals.js";

const serve = instrument(
  (url: string, info: { port: number }) => url + info.port,
);
assertType<Equals<ReturnType<typeof serve>, string>>();

class Room {
  constructor(readonly name: string) {}
}
const Instrumented = instrument(Room, { name: "room", initialize: {} });
assertType<Equals<typeof Instrumented, typeof Room>>();
// @ts-expect-error: the arguments keep their types.
serve(1);
