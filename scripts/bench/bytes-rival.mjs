// The strongest competitors in plain JavaScript: they work on bytes and read the body as it arrives; plan and export create no object for a user and decode no
// value. They do not support escapes, quotes inside quoted cells, case beyond ASCII, lists, retries or time limits.

const [QUOTE, COMMA, CR, LF, BACKSLASH, APOSTROPHE] = [34, 44, 13, 10, 92, 39];

/** Writes the start and end offsets of the cells of a record to `cells`; returns the number of offsets and the offset after the record. */
function record(csv, at, cells) {
  for (let count = 0; ; ) {
    let start = at;
    if (csv[at] === QUOTE) {
      start = ++at;
      while (csv[at] !== QUOTE || csv[at + 1] === QUOTE) at += csv[at] === QUOTE ? 2 : 1;
      cells[count++] = start;
      cells[count++] = at++;
    } else {
      while (csv[at] !== COMMA && csv[at] !== CR && csv[at] !== LF && at < csv.length) at++;
      // Skips the apostrophe in front of a formula.
      if (csv[start] === APOSTROPHE && at > start + 1) start++;
      cells[count++] = start;
      cells[count++] = at;
    }
    if (csv[at] !== COMMA) return { behind: csv[at] === CR ? at + 2 : at + 1, count };
    at++;
  }
}

const same = (a, from, to, b, start, end) => {
  if (to - from !== end - start) return false;
  for (let at = from, other = start; at < to; at++, other++) if (a[at] !== b[other]) return false;
  return true;
};

/** FNV-1a of bytes, with letters in lower case. */
const hash = (bytes, from, to) => {
  let sum = 0x811c9dc5;
  for (let at = from; at < to; at++) sum = Math.imul(sum ^ (bytes[at] | 32), 0x01000193);
  return sum >>> 0;
};

const sameFolded = (a, from, to, b, start, end) => {
  if (to - from !== end - start) return false;
  for (let at = from, other = start; at < to; at++, other++) if (a[at] !== b[other] && (a[at] | 32) !== (b[other] | 32)) return false;
  return true;
};

/** Returns a function that finds a column by the length and the first and last byte of its name. */
function columnsOf(names) {
  const slotOf = (bytes, from, to) => ((to - from) * 31 + bytes[from] * 7 + bytes[to - 1] * 3) & 1023;
  const columns = new Int8Array(1024).fill(-1);
  const encoded = names.map((name) => new TextEncoder().encode(name));
  encoded.forEach((bytes, at) => {
    const slot = slotOf(bytes, 0, bytes.length);
    if (columns[slot] !== -1) throw new Error("two column names have the same hash");
    columns[slot] = at;
  });
  return (body, from, to) => {
    const at = columns[slotOf(body, from, to)];
    return at >= 0 && same(body, from, to, encoded[at], 0, encoded[at].length) ? at : -1;
  };
}

const endOfString = (body, at) => {
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
};

/** Reads a body: `visit` gets the bytes and the offset of a user, and returns the offset after the user, or -1 if the user is incomplete. */
async function eachUser(stream, visit, afterChunk = () => {}) {
  let [remainder, isFirst] = [new Uint8Array(0), true];
  for await (const chunk of stream) {
    let body = chunk;
    if (remainder.length > 0) {
      body = new Uint8Array(remainder.length + chunk.length);
      body.set(remainder);
      body.set(chunk, remainder.length);
    }
    let at = isFirst ? body.indexOf(91) + 1 : 0;
    const from = at;
    isFirst = false;
    for (;;) {
      const user = body[at] === COMMA ? at + 1 : at;
      const behind = body[user] === 123 ? visit(body, user) : -1;
      if (behind < 0) break;
      at = behind;
    }
    afterChunk(body, from, at);
    remainder = body.subarray(at);
  }
}

/** Finds the values of these columns in a user: `read` is a visitor for `eachUser` that sets `starts` and `ends`. */
function valuesOf(names) {
  const starts = new Uint32Array(names.length);
  const ends = new Uint32Array(names.length);
  const column = columnsOf(names);
  const take = (body, number, at) => {
    const isString = body[at] === QUOTE;
    let end = isString ? endOfString(body, at + 1) : at;
    if (!isString) while (end < body.length && body[end] !== COMMA && body[end] !== 93 && body[end] !== 125) end++;
    if (number >= 0) {
      starts[number] = isString ? at + 1 : at;
      ends[number] = end;
    }
    return isString ? end + 1 : end;
  };
  const read = (body, at) => {
    starts.fill(0);
    ends.fill(0);
    const { length } = body;
    for (at++; at < length && body[at] !== 125; at += body[at] === COMMA ? 1 : 0) {
      const from = at + 1;
      const to = endOfString(body, from);
      at = to + 2;
      if (body[at] !== 91) {
        at = take(body, column(body, from, to), at);
        continue;
      }
      // "attributes": [{"key":"…","values":[…]}, …]
      for (at++; at < length && body[at] !== 93; at += body[at] === COMMA ? 1 : 0) {
        const key = at + 8;
        const behind = endOfString(body, key);
        at = take(body, column(body, key, behind), behind + 12) + 2;
      }
      at++;
    }
    return at < length ? at + 1 : -1;
  };
  return { starts, ends, read };
}

/** Returns the number of users that differ from their row or have no row. */
export async function planOnBytes(text, stream) {
  const csv = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const cells = new Uint32Array(64);
  const header = record(csv, 0, cells);
  const width = header.count / 2;
  const names = Array.from({ length: width }, (_, at) => new TextDecoder().decode(csv.subarray(cells[2 * at], cells[2 * at + 1])));
  const email = names.indexOf("emailAddress");

  // The rows: the offsets of their cells, and a hash table by e-mail address.
  let rows = 0;
  let places = new Uint32Array(1 << 16);
  for (let at = header.behind; at < csv.length; rows++) {
    const read = record(csv, at, cells);
    if (read.count !== 2 * width) throw new Error("a row has another number of cells than the header");
    if (places.length < (rows + 1) * 2 * width) {
      const larger = new Uint32Array(places.length * 2);
      larger.set(places);
      places = larger;
    }
    for (let cell = 0; cell < read.count; cell++) places[rows * 2 * width + cell] = cells[cell];
    at = read.behind;
  }
  let size = 16;
  while (size < rows * 2) size *= 2;
  const table = new Uint32Array(size);
  for (let row = 0; row < rows; row++) {
    const cell = (row * width + email) * 2;
    let slot = hash(csv, places[cell], places[cell + 1]) & (size - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
    table[slot] = row + 1;
  }

  // The users: values by column, found while the body is read.
  const { starts, ends, read } = valuesOf(names);
  const differs = (body) => {
    let slot = hash(body, starts[email], ends[email]) & (size - 1);
    for (; table[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const first = (table[slot] - 1) * width * 2;
      if (!sameFolded(body, starts[email], ends[email], csv, places[first + 2 * email], places[first + 2 * email + 1])) continue;
      for (let number = 0, cell = first; number < width; number++, cell += 2) {
        const [start, end] = [places[cell], places[cell + 1]];
        if (start !== end && !same(body, starts[number], ends[number], csv, start, end)) return 1;
      }
      return 0;
    }
    return 1;
  };
  let differing = 0;
  await eachUser(stream, (body, at) => {
    const behind = read(body, at);
    if (behind >= 0) differing += differs(body);
    return behind;
  });
  return differing;
}

/** Passes each user as an object to `take`; all users of a chunk are parsed together. */
export async function streamOnBytes(stream, take) {
  const decoder = new TextDecoder();
  const behindUser = (body, at) => {
    let depth = 0;
    for (; at < body.length; at++) {
      const byte = body[at];
      if (byte === QUOTE) at = endOfString(body, at + 1);
      else if (byte === 123 || byte === 91) depth++;
      else if ((byte === 125 || byte === 93) && --depth === 0) return at + 1;
    }
    return -1;
  };
  await eachUser(stream, behindUser, (body, from, to) => {
    const start = body[from] === COMMA ? from + 1 : from;
    if (start < to) for (const user of JSON.parse(`[${decoder.decode(body.subarray(start, to))}]`)) take(user);
  });
}

/** Passes the users as chunks of CSV to `take`. */
export async function exportOnBytes(names, stream, take) {
  take(new TextEncoder().encode(`${names.join(",")}\r\n`));
  const { starts, ends, read } = valuesOf(names);
  let out = new Uint8Array(1 << 16);
  let length = 0;
  const cell = (body, from, to) => {
    const first = body[from];
    const guarded = to > from && (first === 61 || first === 43 || first === 45 || first === 64);
    let quoted = false;
    for (let at = from; at < to && !quoted; at++) quoted = body[at] === COMMA || body[at] === QUOTE || body[at] === CR || body[at] === LF;
    if (quoted) out[length++] = QUOTE;
    if (guarded) out[length++] = APOSTROPHE;
    for (let at = from; at < to; at++) out[length++] = body[at];
    if (quoted) out[length++] = QUOTE;
  };
  const visit = (body, at) => {
    const behind = read(body, at);
    if (behind < 0) return behind;
    if (length + 3 * (behind - at) > out.length) {
      const larger = new Uint8Array(Math.max(2 * out.length, length + 3 * (behind - at)));
      larger.set(out.subarray(0, length));
      out = larger;
    }
    for (let number = 0; number < names.length; number++) {
      if (number > 0) out[length++] = COMMA;
      cell(body, starts[number], ends[number]);
    }
    out[length++] = CR;
    out[length++] = LF;
    return behind;
  };
  await eachUser(stream, visit, () => {
    take(out.slice(0, length));
    length = 0;
  });
}
