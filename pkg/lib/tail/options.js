// The options of initialize for the transport by a Tail Worker.

import { BY_NETWORK, BY_TAIL } from "../../wasm/constants.js";
import { growth } from "../host/channel.js";
import { tellsRequestsApart } from "../host/request.js";
import { warnOnce } from "../host/warn.js";

// Bytes of one message. A buffered tail keeps 256 KiB of an invocation, the console's lines included; a
// streaming one takes 256 KiB at a time.
const BUFFERED_BYTES = 60 << 10;
const STREAMING_BYTES = 250 << 10;
/** The bytes of a message besides the body. */
export const FRAME_BYTES = 256;

const STREAMING = { tail: false, "streaming-tail": true };

/**
 * @typedef {object} TailOptions
 * @property {boolean} streaming
 * @property {number} bodyBytes The most bytes of one batch.
 * @property {number} ways How spans are sent; see constants.js.
 * @property {number | undefined} batchBytes The most bytes of a span, if spans are sent in messages only.
 * @property {string | undefined} project
 */

/**
 * Returns these options; undefined if the program sends its spans itself.
 * @param {import("../../index.js").InitializeOptions} options
 * @param {string | undefined} key
 * @returns {TailOptions | undefined}
 */
export function tailOptions({ transport, tailProject }, key) {
  if (transport === undefined || transport === "fetch") return undefined;
  const streaming = Object.hasOwn(STREAMING, transport)
    ? STREAMING[transport]
    : undefined;
  const wrong =
    streaming === undefined
      ? `initialize does not know the transport ${String(transport)}`
      : !tellsRequestsApart()
        ? "only Workers have Tail Workers"
        : undefined;
  if (streaming === undefined || wrong !== undefined) {
    warnOnce("transport", `${wrong}; spans leave by fetch`);
    return undefined;
  }
  const messageBytes = streaming ? STREAMING_BYTES : BUFFERED_BYTES;
  const bodyBytes = Math.floor((messageBytes - FRAME_BYTES) / growth());
  return {
    streaming,
    bodyBytes,
    ways: key === undefined ? BY_TAIL : BY_TAIL | BY_NETWORK,
    batchBytes: key === undefined ? bodyBytes : undefined,
    project: typeof tailProject === "string" ? tailProject : undefined,
  };
}
