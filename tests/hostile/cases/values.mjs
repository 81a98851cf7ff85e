// Hostile values, created anew for every use.

const refuse = () => {
  throw new Error("a trap of a Proxy threw");
};
const TRAPS = ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor", "set", "defineProperty", "isExtensible"];
export const everyTrapThrows = (target = {}) => new Proxy(target, Object.fromEntries(TRAPS.map((name) => [name, refuse])));
/** A Proxy that `await` does not treat as a thenable, and that then throws for everything. */
export const passesAwait = (target = {}) => new Proxy(target, { get: (_, key) => (key === "then" ? undefined : refuse()), ownKeys: refuse });
export function revoked(target = {}) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
export const getter = (name, thrown) => ({
  get [name]() {
    throw thrown;
  },
});
/** An object whose conversions throw errors with the token in the message. */
export const textTrap = (token) => {
  const trap = () => {
    throw new Error(`trapped ${token}`);
  };
  return { toString: trap, valueOf: trap, toJSON: trap, [Symbol.toPrimitive]: trap };
};
export const circle = () => {
  const one = {};
  one.one = one;
  return one;
};
export const nested = (levels, leaf = 1) => {
  let value = leaf;
  for (let at = 0; at < levels; at++) value = [value];
  return value;
};
/** A promise of this realm with its own `then` or `constructor`. */
export const oddPromise = (key, value) => Object.defineProperty(Promise.resolve(1), key, value);

/** Values that are not plain objects, by name. */
export const NO_RECORDS = {
  undefined: () => undefined,
  null: () => null,
  "a number": () => 42,
  NaN: () => NaN,
  "a BigInt": () => 7n,
  "a Symbol": () => Symbol("s"),
  "a string": () => "text",
  true: () => true,
  "a function": () => () => {},
  "an empty object": () => ({}),
  "an empty array": () => [],
  "a null-prototype object": () => Object.create(null),
  "a sparse array": () => [, , 1],
  "a revoked Proxy": () => revoked(),
  "a revoked Proxy of an array": () => revoked([]),
  "a revoked Proxy of a function": () => revoked(() => {}),
  "a Proxy whose traps throw": () => everyTrapThrows(),
  "a circle": () => circle(),
  "an array nested 100,000 deep": () => nested(100_000),
  "an Invalid Date": () => new Date(NaN),
};
