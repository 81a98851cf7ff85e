// What may never come out: the token, or anything on a shared prototype.

/** Any ten of its letters in a row are found too: a half token is half a leak. */
export const TOKEN = "qXv7canaryZk93wTjR5pLm2";
const PIECES = Array.from({ length: TOKEN.length - 9 }, (_, at) => TOKEN.slice(at, at + 10));
export const leaks = (text) => PIECES.some((piece) => text.includes(piece));

const { stringify } = JSON;
const keysOf = Reflect.ownKeys;

function attempt(show) {
  try {
    return String(show());
  } catch {
    return "";
  }
}

/** Everything a log could make of a value: its words, all own properties of it and its prototypes, hidden ones too, as deep as they go. */
export function shown(value, inspect, seen = new Set(), depth = 0) {
  if (typeof value === "string") return value;
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return attempt(() => value);
  if (seen.has(value) || depth > 40) return "";
  seen.add(value);
  const own = attempt(() => keysOf(value).map((key) => `${String(key)} ${shown(attemptGet(value, key), undefined, seen, depth + 1)}`).join(" "));
  const words = [() => value.stack, ...(depth > 0 ? [] : [() => value, () => stringify(value), () => inspect?.(value)])].map(attempt).join(" ");
  return `${own} ${words}`;
}

function attemptGet(value, key) {
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

const SHARED = [Object, Array, Function, Error, Promise, String, Number].map((kind) => kind.prototype);
const fields = () => SHARED.map((prototype) => keysOf(prototype).length).join();
const CLEAN = fields();
export const polluted = () => fields() !== CLEAN || ({}).polluted !== undefined;

const METHODS = ["log", "info", "warn", "error", "debug"];
/** Listens to the console until `end()`, which answers what was said. */
export function listen() {
  const said = [];
  const real = METHODS.map((name) => console[name]);
  for (const name of METHODS) console[name] = (...words) => said.push(...words);
  return () => {
    METHODS.forEach((name, at) => (console[name] = real[at]));
    return said;
  };
}
