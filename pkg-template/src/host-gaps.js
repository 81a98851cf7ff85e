// Replacements for TextDecoder and TextEncoder, which wasm-bindgen's glue needs and some hosts lack (Code Engine, Jest's jsdom).
// The bundler uses these names instead of the globals, in our files only.

class Utf8Decoder {
  decode(bytes) {
    if (bytes === undefined) return "";
    let string = "";
    for (let i = 0; i < bytes.length; ) {
      const first = bytes[i++];
      const following = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      let codePoint = following === 0 ? first : first & (0x3f >> following);
      for (let k = 0; k < following; k++) codePoint = (codePoint << 6) | (bytes[i++] & 0x3f);
      string += String.fromCodePoint(codePoint); // Rust's strings are always valid UTF-8
    }
    return string;
  }
}

class Utf8Encoder {
  encode(string) {
    const bytes = new Uint8Array(string.length * 3);
    return bytes.subarray(0, this.encodeInto(string, bytes).written);
  }
  /** Writes the whole string into `bytes`, which must have room for it. Whole directories pass through this function. */
  encodeInto(string, bytes) {
    let written = 0;
    for (let i = 0; i < string.length; i++) {
      let codePoint = string.charCodeAt(i);
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
        codePoint = string.codePointAt(i);
        if (codePoint > 0xffff) i++;
        else codePoint = 0xfffd; // a lone surrogate
      }
      if (codePoint < 0x80) bytes[written++] = codePoint;
      else {
        if (codePoint < 0x800) bytes[written++] = 0xc0 | (codePoint >> 6);
        else {
          if (codePoint < 0x10000) bytes[written++] = 0xe0 | (codePoint >> 12);
          else {
            bytes[written++] = 0xf0 | (codePoint >> 18);
            bytes[written++] = 0x80 | ((codePoint >> 12) & 63);
          }
          bytes[written++] = 0x80 | ((codePoint >> 6) & 63);
        }
        bytes[written++] = 0x80 | (codePoint & 63);
      }
    }
    return { read: string.length, written };
  }
}

const HostDecoder = globalThis.TextDecoder ?? Utf8Decoder;
const HostEncoder = globalThis.TextEncoder ?? Utf8Encoder;
export { HostEncoder as TextEncoder };

/** Decodes short ASCII strings itself. Most strings that leave the module are short names, for which the host's decoder takes ten times as long. */
export class TextDecoder extends HostDecoder {
  decode(bytes) {
    if (bytes === undefined || bytes.length > 48) return super.decode(bytes);
    for (let i = 0; i < bytes.length; i++) if (bytes[i] > 0x7f) return super.decode(bytes);
    return String.fromCharCode.apply(null, bytes);
  }
}
