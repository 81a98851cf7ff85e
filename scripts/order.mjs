// The functions of a wasm module in an order that compresses well: each beside those that are most like it, worth more than a percent for brotli.
import { brotliCompressSync, constants } from "node:zlib";

/** So many bytes in a row are compared. */
const PIECES = [4, 5];
/** What a function further back counts, of what the one after it does. */
const FADINGS = [0.4, 0.5, 0.6, 0.7];

/**
 * @param {Buffer} wasm a module without a section of names
 * @returns {Buffer} the same with names by which wasm-opt's --reorder-functions-by-name puts its functions in order
 */
export function namedByLikeness(wasm) {
  const { imported, bodies } = functionsOf(wasm);
  const orders = PIECES.flatMap((length) => byLikeness(bodies, length));
  const sizes = orders.map((order) => packed(order.map((index) => bodies[index])));
  const names = orders[sizes.indexOf(Math.min(...sizes))].map((index, rank) => [index, [...Buffer.from(String(rank).padStart(5, "0"))]]);
  names.sort(([a], [b]) => a - b);
  const map = names.flatMap(([index, name]) => [...leb(imported + index), ...leb(name.length), ...name]);
  const functionNames = [...leb(names.length), ...map];
  const section = [4, ...Buffer.from("name"), 1, ...leb(functionNames.length), ...functionNames];
  return Buffer.concat([wasm, Buffer.from([0, ...leb(section.length), ...section])]);
}

/** How many functions are imported, and the bodies of the others. */
function functionsOf(wasm) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const bytes = () => {
    const length = number();
    return wasm.subarray(at, (at += length));
  };
  let imported = 0;
  let bodies = [];
  while (at < wasm.length) {
    const section = wasm[at++];
    const end = number() + at;
    if (section === 2) {
      // Nothing but functions is imported; anything else would be longer.
      imported = Array.from({ length: number() }, () => [bytes(), bytes(), wasm[at++], number()]).filter(([, , kind]) => kind === 0).length;
    } else if (section === 10) {
      bodies = Array.from({ length: number() }, bytes);
    }
    at = end;
  }
  return { imported, bodies };
}

/** Orders of the bodies, by their indices: each is followed by the one that is most like it and, less and less, like those before it. */
function byLikeness(bodies, length) {
  const pieces = bodies.map((body) => new Set(Array.from({ length: Math.max(body.length - length + 1, 0) }, (_, at) => body.readUIntLE(at, length))));
  const holders = new Map();
  for (const set of pieces) for (const piece of set) holders.set(piece, (holders.get(piece) ?? 0) + 1);
  // What few have says more.
  const weights = new Map([...holders].map(([piece, count]) => [piece, Math.log(1 + bodies.length / count)]));
  const weight = (some, counts) => {
    let sum = 0;
    for (const piece of some) if (counts(piece)) sum += weights.get(piece);
    return sum;
  };
  const sizes = pieces.map((set) => 1 + weight(set, () => true));
  const known = bodies.map(() => new Float64Array(bodies.length));
  for (const a of known.keys()) {
    for (let b = 0; b < a; b++) {
      const [few, many] = pieces[a].size < pieces[b].size ? [pieces[a], pieces[b]] : [pieces[b], pieces[a]];
      known[a][b] = known[b][a] = weight(few, (piece) => many.has(piece)) / Math.sqrt(sizes[a] * sizes[b]);
    }
  }
  return FADINGS.map((fading) => chain(known, fading));
}

function chain(likeness, fading) {
  const left = new Set(likeness.keys());
  const scores = likeness.map(() => 0);
  const order = [];
  for (let next = 0; left.size > 0; ) {
    const last = next;
    order.push(last);
    left.delete(last);
    let best = -1;
    for (const index of left) {
      scores[index] = scores[index] * fading + likeness[last][index];
      if (scores[index] > best) [best, next] = [scores[index], index];
    }
  }
  return order;
}

function packed(bodies) {
  return brotliCompressSync(Buffer.concat(bodies), { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;
}

/** A number as wasm writes it. */
function leb(number) {
  return number < 128 ? [number] : [(number & 127) | 128, ...leb(number >>> 7)];
}
