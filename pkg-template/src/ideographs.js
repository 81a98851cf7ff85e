// Bytes in a text, 14 bits a character: the editor of Code Engine counts characters, and base64 holds six bits in each. These, from U+4E00 on, were
// ideographs in Unicode's first version: no editor, font or normal form changes, joins or turns them around.

const FIRST = 0x4e00;

/** @param {string} text the bits, first ones first; a byte of zeros may follow the last */
export function fromIdeographs(text) {
  const bytes = new Uint8Array((text.length * 14) >> 3);
  let [bits, held, at] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    bits = ((bits << 14) | (text.charCodeAt(i) - FIRST)) & 0x3fffff; // not more than seven were left
    for (held += 14; held >= 8; ) bytes[at++] = bits >> (held -= 8);
  }
  return bytes;
}

/** @param {Uint8Array} bytes */
export function toIdeographs(bytes) {
  let text = "";
  let [bits, held] = [0, 0];
  const put = (value) => (text += String.fromCharCode(FIRST + (value & 0x3fff)));
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0x3fffff;
    held += 8;
    if (held >= 14) put(bits >> (held -= 14));
  }
  if (held > 0) put(bits << (14 - held));
  return text;
}
