// LZMA decompression for the Code Engine files: LZMA is a fifth smaller than deflate, and Code Engine's editor limits the length of a file. Written after the LZMA
// specification, because the decoder of lzma1 would take 8,000 of the 100,000 characters.

// Offsets in the probabilities of a length: two choices, then eight short and eight medium lengths for each of 16 positions, then 256 long lengths.
const SHORT = 2;
const MEDIUM = SHORT + 16 * 8;
const LONG = MEDIUM + 16 * 8;

/** Returns probabilities of zero bits, in units of 1/2048. All begin as 1/2. */
const probabilities = (count) => new Uint16Array(count).fill(1024);

/** Decodes bits from a number between 0 and `range`, of which 32 bits are known at a time. */
class RangeDecoder {
  constructor(bytes, offset) {
    this.bytes = bytes;
    this.offset = offset;
    this.range = 2 ** 32 - 1;
    this.code = 0;
    for (let i = 0; i < 5; i++) this.code = this.code * 256 + bytes[this.offset++]; // the first byte is 0
  }

  /** Reads the next byte once the range is small. */
  refill() {
    if (this.range >= 2 ** 24) return;
    this.range *= 256;
    this.code = this.code * 256 + this.bytes[this.offset++];
  }

  /** Decodes a bit with its probability, which moves towards the bit. */
  bit(models, index) {
    const bound = (this.range >>> 11) * models[index];
    const bit = this.code < bound ? 0 : 1;
    if (bit === 0) {
      this.range = bound;
      models[index] += (2048 - models[index]) >> 5;
    } else {
      this.range -= bound;
      this.code -= bound;
      models[index] -= models[index] >> 5;
    }
    this.refill();
    return bit;
  }

  /** Decodes bits whose probability is 1/2. */
  evenBits(count) {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range = Math.floor(this.range / 2);
      const bit = this.code < this.range ? 0 : 1;
      if (bit === 1) this.code -= this.range;
      value = value * 2 + bit;
      this.refill();
    }
    return value;
  }

  /** Decodes a number, its highest bit first. The probability of each bit depends on the bits before it. */
  number(models, first, bitCount) {
    let node = 1;
    for (let i = 0; i < bitCount; i++) node = node * 2 + this.bit(models, first + node);
    return node - (1 << bitCount);
  }

  /** Decodes a number, its lowest bit first. */
  reversedNumber(models, first, bitCount) {
    let [node, value] = [1, 0];
    for (let i = 0; i < bitCount; i++) {
      const bit = this.bit(models, first + node);
      node = node * 2 + bit;
      value += bit << i;
    }
    return value;
  }

  /** Decodes the length of a match, less the shortest one. */
  length(models, position) {
    if (this.bit(models, 0) === 0) return this.number(models, SHORT + position * 8, 3);
    if (this.bit(models, 1) === 0) return 8 + this.number(models, MEDIUM + position * 8, 3);
    return 16 + this.number(models, LONG, 8);
  }
}

/**
 * Returns the decompressed bytes.
 * @param {Uint8Array} bytes as `compress` of lzma1 returns them: with a header of 13 bytes that tells the size
 */
export function decompress(bytes) {
  const properties = bytes[0];
  const previousBits = properties % 9; // how many bits of the byte before a literal select its probabilities
  const positionBits = Math.floor(properties / 9) % 5; // and how many of its position
  const positionMask = (1 << Math.floor(properties / 45)) - 1;
  const output = new Uint8Array(bytes[5] + bytes[6] * 2 ** 8 + bytes[7] * 2 ** 16 + bytes[8] * 2 ** 24);
  const decoder = new RangeDecoder(bytes, 13);
  const literals = probabilities(0x300 << (previousBits + positionBits));
  const [isMatch, isRepeatedLong] = [probabilities(12 * 16), probabilities(12 * 16)];
  const [isRepeated, isNotLast, isNotSecond, isNotThird] = [0, 0, 0, 0].map(() => probabilities(12));
  const [lengths, repeatedLengths] = [probabilities(LONG + 256), probabilities(LONG + 256)];
  const [slots, nearDistances, farDistances] = [probabilities(4 * 64), probabilities(128), probabilities(16)];
  let state = 0; // what the last items were; from 7 on, the last one was a match
  let distances = [0, 0, 0, 0]; // of the last matches, less one, the latest first
  let size = 0;
  const copy = (length) => {
    for (const end = Math.min(size + length, output.length); size < end; size++) output[size] = output[size - distances[0] - 1];
  };
  const decodeLiteral = () => {
    const context = ((size & ((1 << positionBits) - 1)) << previousBits) + ((output[size - 1] ?? 0) >> (8 - previousBits));
    const first = context * 0x300;
    let node = 1;
    // After a match, the byte that would follow it is a hint, until the first bit that differs.
    for (let hint = output[size - distances[0] - 1], isHinted = state >= 7; node < 0x100; hint <<= 1) {
      const hintBit = (hint >> 7) & 1;
      const bit = decoder.bit(literals, first + node + (isHinted ? (1 + hintBit) << 8 : 0));
      node = node * 2 + bit;
      isHinted &&= bit === hintBit;
    }
    output[size++] = node;
    state -= state < 4 ? state : state < 10 ? 3 : 6;
  };
  const decodeDistance = (length) => {
    const slot = decoder.number(slots, Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const bitCount = (slot >> 1) - 1;
    const least = (2 + (slot & 1)) * 2 ** bitCount;
    if (slot < 14) return least + decoder.reversedNumber(nearDistances, least - slot, bitCount);
    return least + decoder.evenBits(bitCount - 4) * 16 + decoder.reversedNumber(farDistances, 0, 4);
  };
  while (size < output.length) {
    const position = size & positionMask;
    if (decoder.bit(isMatch, state * 16 + position) === 0) {
      decodeLiteral();
      continue;
    }
    if (decoder.bit(isRepeated, state) === 0) {
      const length = decoder.length(lengths, position);
      distances = [decodeDistance(length), ...distances.slice(0, 3)];
      state = state < 7 ? 7 : 10;
      copy(length + 2);
      continue;
    }
    let which = 0; // of the last distances
    if (decoder.bit(isNotLast, state) === 1) {
      which = decoder.bit(isNotSecond, state) === 0 ? 1 : 2 + decoder.bit(isNotThird, state);
    } else if (decoder.bit(isRepeatedLong, state * 16 + position) === 0) {
      state = state < 7 ? 9 : 11;
      copy(1);
      continue;
    }
    distances.unshift(...distances.splice(which, 1));
    const length = decoder.length(repeatedLengths, position);
    state = state < 7 ? 8 : 11;
    copy(length + 2);
  }
  return output;
}
