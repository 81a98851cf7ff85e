// The few errors that do not come from the module, and what happens to those that do.

/** By name and code, not by instanceof: true across realms and across two copies of the package. */
export function isDomoError(error) {
  try {
    return typeof error === "object" && error !== null && error.name === "DomoError" && typeof error.code === "string";
  } catch {
    return false; // a getter of a foreign object threw
  }
}

/** A DomoError, for when the module cannot make it. */
export function domoError(code, message, cause) {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  Object.defineProperty(error, "name", { value: "DomoError", configurable: true, writable: true });
  return Object.assign(error, { code });
}

/**
 * An error on its way to the caller. The module's own stack would begin in wasm: it is taken anew, from the caller's `await`.
 * A trap of the module becomes INTERNAL, and the next call gets a fresh one.
 */
export function settled(error, below, forget) {
  if (isDomoError(error)) {
    Error.captureStackTrace?.(error, below);
    return error;
  }
  if (typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError) {
    forget();
    return domoError("INTERNAL", `The module failed (${error.message}): please report it. The next call starts it anew`);
  }
  return error; // the reason of the caller's own signal
}
