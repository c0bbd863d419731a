// Calls of the cases in ../llm/bodies, in a page.

import { Laminar } from "laminar-edge";
import { callAs, joined } from "../llm/support/call.mjs";

globalThis.Laminar = Laminar;

/** Resolves when the span of the call has been sent. `pieces` and the returned bytes are base64. */
globalThis.callAs = async (found, pieces) => {
  const { chunks, ...seen } = await callAs(found, pieces.map(bytesOf));
  await Laminar.flush();
  return { ...seen, base64: base64Of(joined(chunks)) };
};

const bytesOf = (base64) =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const base64Of = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
