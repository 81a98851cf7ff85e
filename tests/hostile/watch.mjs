// Looks for leaks: the token, or properties on a shared prototype.

/** Finds any ten consecutive characters of the token too. */
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

/** Returns everything that a log could contain of a value: its string, and all own properties of the value and its prototypes, also hidden ones, at any depth. */
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
/** Records the console until `end()`, which returns the messages. */
export function listen() {
  const said = [];
  const real = METHODS.map((name) => console[name]);
  for (const name of METHODS) console[name] = (...words) => said.push(...words);
  return () => {
    METHODS.forEach((name, at) => (console[name] = real[at]));
    return said;
  };
}
