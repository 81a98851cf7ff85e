// Encodes bytes as CJK ideographs, 44 bits in three characters: Code Engine's editor limits the number of characters, and base64 holds only six bits in each. These
// ideographs have been in Unicode since its first versions, so no editor, font or normalisation form changes, joins or reverses them.

// U+3400 to U+4DB5, then U+4E00 to U+9FA5.
const FIRST_BLOCK = 0x3400;
const SECOND_BLOCK = 0x4e00;
const FIRST_BLOCK_SIZE = 0x4db6 - FIRST_BLOCK;
const BASE = FIRST_BLOCK_SIZE + 0x9fa6 - SECOND_BLOCK; // BASE³ is more than 2⁴⁴
const GROUP = 3; // characters
const GROUP_BITS = 44;

const toCharacter = (digit) => String.fromCharCode(digit < FIRST_BLOCK_SIZE ? FIRST_BLOCK + digit : SECOND_BLOCK + digit - FIRST_BLOCK_SIZE);
const toDigit = (code) => (code < SECOND_BLOCK ? code - FIRST_BLOCK : code - SECOND_BLOCK + FIRST_BLOCK_SIZE);

/** Returns the bytes of a string that `toIdeographs` wrote; up to five zero bytes may follow the last one. */
export function fromIdeographs(string) {
  const bytes = new Uint8Array(Math.floor(((string.length / GROUP) * GROUP_BITS) / 8));
  let [bits, bitCount, offset] = [0, 0, 0];
  for (let i = 0; i < string.length; i += GROUP) {
    let group = 0;
    for (let k = 0; k < GROUP; k++) group = group * BASE + toDigit(string.charCodeAt(i + k));
    bits = bits * 2 ** GROUP_BITS + group; // after at most seven remaining bits: 51 in all, which a number can hold
    for (bitCount += GROUP_BITS; bitCount >= 8; bits %= 2 ** bitCount) {
      bitCount -= 8;
      bytes[offset++] = Math.floor(bits / 2 ** bitCount);
    }
  }
  return bytes;
}

/** Returns a string of ideographs that holds these bytes. */
export function toIdeographs(bytes) {
  let string = "";
  let [bits, bitCount] = [0, 0];
  const append = (group) => {
    for (let k = GROUP - 1; k >= 0; k--) string += toCharacter(Math.floor(group / BASE ** k) % BASE);
  };
  for (const byte of bytes) {
    bits = bits * 256 + byte;
    bitCount += 8;
    if (bitCount < GROUP_BITS) continue;
    bitCount -= GROUP_BITS;
    append(Math.floor(bits / 2 ** bitCount));
    bits %= 2 ** bitCount;
  }
  if (bitCount > 0) append(bits * 2 ** (GROUP_BITS - bitCount));
  return string;
}
