// The compressed form of the modules in the Code Engine files.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compress } from "lzma1";
import { fromIdeographs, toIdeographs } from "../../pkg-template/src/ideographs.js";
import { decompress } from "../../pkg-template/src/lzma.js";

// Noise, repetitions at short and long distances, and repetitions with single bytes changed.
const bytes = fc.uint8Array({ maxLength: 400 });
const piece = fc.tuple(bytes, fc.integer({ min: 1, max: 12 }), fc.nat(400)).map(([piece, count, changed]) => {
  const repeated = Array.from({ length: count }, () => [...piece]).flat();
  if (changed < repeated.length) repeated[changed] ^= 1;
  return repeated;
});
const input = fc.array(piece, { maxLength: 8 }).map((pieces) => Uint8Array.from([...pieces, ...pieces.slice(0, 2)].flat()));

test("LZMA: what lzma1 has compressed is decompressed", () => {
  fc.assert(fc.property(input, fc.integer({ min: 1, max: 9 }), (bytes, mode) => assert.deepEqual(decompress(compress(bytes, mode)), bytes)));
});

test("ideographs hold any bytes, 44 bits in three characters, and at most five zero bytes follow", () => {
  fc.assert(
    fc.property(fc.oneof(bytes, input), (bytes) => {
      const string = toIdeographs(bytes);
      assert.equal(string.length, 3 * Math.ceil((bytes.length * 8) / 44));
      assert.match(string, /^[\u3400-\u4db5\u4e00-\u9fa5]*$/);
      const read = fromIdeographs(string);
      assert.deepEqual(read.slice(0, bytes.length), bytes);
      const following = read.slice(bytes.length);
      assert.ok(following.length <= 5 && following.every((byte) => byte === 0));
    }),
  );
});
