// Stand-ins for what wasm-bindgen's glue takes for granted and some hosts lack (Code Engine, Jest's jsdom).
// The bundler puts these names in place of the globals, inside our files only.

class Utf8Decoder {
  decode(bytes) {
    if (bytes === undefined) return "";
    let text = "";
    for (let i = 0; i < bytes.length; ) {
      const first = bytes[i++];
      const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      let point = more === 0 ? first : first & (0x3f >> more);
      for (let k = 0; k < more; k++) point = (point << 6) | (bytes[i++] & 0x3f);
      text += String.fromCodePoint(point); // Rust's text is always whole UTF-8
    }
    return text;
  }
}

class Utf8Encoder {
  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.subarray(0, this.encodeInto(text, bytes).written);
  }
  /** Whole directories go through here: straight into where they are wanted, which has room for all. */
  encodeInto(text, bytes) {
    let at = 0;
    for (let i = 0; i < text.length; i++) {
      let point = text.charCodeAt(i);
      if (point >= 0xd800 && point <= 0xdfff) {
        point = text.codePointAt(i);
        if (point > 0xffff) i++;
        else point = 0xfffd; // a lone surrogate
      }
      if (point < 0x80) bytes[at++] = point;
      else {
        if (point < 0x800) bytes[at++] = 0xc0 | (point >> 6);
        else {
          if (point < 0x10000) bytes[at++] = 0xe0 | (point >> 12);
          else {
            bytes[at++] = 0xf0 | (point >> 18);
            bytes[at++] = 0x80 | ((point >> 12) & 63);
          }
          bytes[at++] = 0x80 | ((point >> 6) & 63);
        }
        bytes[at++] = 0x80 | (point & 63);
      }
    }
    return { read: text.length, written: at };
  }
}

const HostDecoder = globalThis.TextDecoder ?? Utf8Decoder;
const HostEncoder = globalThis.TextEncoder ?? Utf8Encoder;
export { HostEncoder as TextEncoder };

/** Most texts that cross are names of a few letters, for which the host's decoder takes ten times as long. */
export class TextDecoder extends HostDecoder {
  decode(bytes) {
    if (bytes === undefined || bytes.length > 48) return super.decode(bytes);
    for (let i = 0; i < bytes.length; i++) if (bytes[i] > 0x7f) return super.decode(bytes);
    return String.fromCharCode.apply(null, bytes);
  }
}
