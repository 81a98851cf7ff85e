// Errors on their way to the caller.
import { isDomoError } from "../../src/wasm/host/errors.js";

/**
 * Gives a DomoError a new stack that starts at the caller's `await`: its own stack would start inside WebAssembly. The reason of a caller's signal is not changed.
 * @param {Function} below the function whose frame, and all frames above it, are left out
 */
export function withCallerStack(error, below) {
  try {
    if (isDomoError(error)) Error.captureStackTrace?.(error, below);
  } catch {
    // The caller's abort reason is frozen.
  }
  return error;
}
