import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { TooLarge } from "../demo/http.mjs";

const unzip = promisify(gunzip);

export async function inflate(body, encoding, limit) {
  if (!encoding || encoding === "identity") return body;
  if (encoding !== "gzip") throw new Error(`unknown encoding ${encoding}`);
  try {
    return await unzip(body, { maxOutputLength: limit });
  } catch (error) {
    if (error.code === "ERR_BUFFER_TOO_LARGE")
      throw new TooLarge(`the body exceeds ${limit} bytes`);
    throw error;
  }
}
