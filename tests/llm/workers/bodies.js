// Makes the call of one case of ../bodies.

import { Laminar } from "laminar-edge";
import { callAs, joined } from "../support/call.mjs";

export default {
  async fetch(request) {
    const { options, found, pieces } = await request.json();
    Laminar.initialize(options);
    const { chunks, ...seen } = await callAs(found, pieces.map(bytesOf));
    await Laminar.flush();
    return Response.json({ ...seen, base64: base64Of(joined(chunks)) });
  },
};

const bytesOf = (base64) =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const base64Of = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
