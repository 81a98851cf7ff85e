// Bytes in a string, 29 bits in two characters: Code Engine's editor counts characters, and base64 holds only six bits in each. These ideographs were in
// Unicode's first versions, so no editor, font or normal form changes, joins or reverses them.

// U+3400 to U+4DB5, then U+4E00 to U+9FA5.
const FIRST = 0x3400;
const SECOND = 0x4e00;
const IN_FIRST = 0x4db6 - FIRST;
const BASE = IN_FIRST + 0x9fa6 - SECOND; // its square has room for 29 bits

const character = (value) => String.fromCharCode(value < IN_FIRST ? FIRST + value : SECOND + value - IN_FIRST);
const value = (code) => (code < SECOND ? code - FIRST : code - SECOND + IN_FIRST);

/** Returns the bytes of a string; up to three bytes of zeros may follow the last. */
export function fromIdeographs(text) {
  const bytes = new Uint8Array((text.length * 29) >> 4);
  let [bits, held, at] = [0, 0, 0];
  for (let i = 0; i < text.length; i += 2) {
    bits = bits * 2 ** 29 + value(text.charCodeAt(i)) * BASE + value(text.charCodeAt(i + 1)); // up to seven bits were left
    for (held += 29; held >= 8; bits %= 2 ** held) {
      held -= 8;
      bytes[at++] = Math.floor(bits / 2 ** held);
    }
  }
  return bytes;
}

/** Returns a string that holds these bytes. */
export function toIdeographs(bytes) {
  let text = "";
  let [bits, held] = [0, 0];
  const put = (number) => (text += character(Math.floor(number / BASE)) + character(number % BASE));
  for (const byte of bytes) {
    bits = bits * 256 + byte;
    held += 8;
    if (held < 29) continue;
    held -= 29;
    put(Math.floor(bits / 2 ** held));
    bits %= 2 ** held;
  }
  if (held > 0) put(bits * 2 ** (29 - held));
  return text;
}
