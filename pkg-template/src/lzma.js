// LZMA decompression for the Code Engine files: LZMA is a fifth smaller than deflate, and Code Engine's editor limits the length of a file.
import { Decoder } from "lzma1/lib/decoder.js";
import { InputBuffer, OutputBuffer } from "lzma1/lib/streams.js";

/**
 * Returns the decompressed bytes.
 * @param {Uint8Array} bytes as `compress` of lzma1 returns them
 */
export function decompress(bytes) {
  const output = new OutputBuffer(bytes.length * 3);
  new Decoder().decompress(new InputBuffer(bytes), output);
  return output.toArray();
}
