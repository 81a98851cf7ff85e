// Base64, also without the host's help: Code Engine may have neither atob nor Buffer.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** @param {string} text without line breaks; padding is optional */
export function fromBase64(text) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(text);
  // Node 20 takes 8 ms for the loop below and less than 1 ms for this. Bundlers do not see the name, so they add no Buffer of their own.
  if (typeof globalThis.Buffer?.from === "function") return globalThis.Buffer.from(text, "base64");
  const value = new Uint8Array(128);
  for (let i = 0; i < 64; i++) value[ALPHABET.charCodeAt(i)] = i;
  const length = text.endsWith("==") ? text.length - 2 : text.endsWith("=") ? text.length - 1 : text.length;
  const bytes = new Uint8Array((length * 3) >> 2);
  for (let i = 0, at = 0; i < length; i += 4) {
    const four =
      (value[text.charCodeAt(i)] << 18) |
      (value[text.charCodeAt(i + 1)] << 12) |
      (i + 2 < length ? value[text.charCodeAt(i + 2)] << 6 : 0) |
      (i + 3 < length ? value[text.charCodeAt(i + 3)] : 0);
    // Writes past the end of a typed array are ignored.
    bytes[at++] = four >> 16;
    bytes[at++] = four >> 8;
    bytes[at++] = four;
  }
  return bytes;
}
