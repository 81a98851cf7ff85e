// LZMA, with which the texts for Code Engine's editor are compressed: a fifth smaller than deflated, and that editor limits their length.
import { Decoder } from "lzma1/lib/decoder.js";
import { InputBuffer, OutputBuffer } from "lzma1/lib/streams.js";

/** @param {Uint8Array} bytes as `compress` of lzma1 gives them */
export function decompress(bytes) {
  const output = new OutputBuffer(bytes.length * 3);
  new Decoder().decompress(new InputBuffer(bytes), output);
  return output.toArray();
}
