// What happens to an error on its way to the caller, and how to know one of ours.

/** By name and code, not by instanceof: true across realms and across two copies of the package. */
export function isDomoError(error) {
  try {
    return typeof error === "object" && error !== null && error.name === "DomoError" && typeof error.code === "string";
  } catch {
    return false; // a getter of a foreign object threw
  }
}

/** The module's own stack would begin in wasm: it is taken anew, from the caller's `await`. The reason of a caller's signal stays as it is. */
export function fromHere(error, below) {
  try {
    if (isDomoError(error)) Error.captureStackTrace?.(error, below);
  } catch {
    // A frozen reason of the caller's own.
  }
  return error;
}
