// The functions that the second Code Engine file contains.
import { callAsync } from "../src/calls.js";

export { applyChanges, findUserByEmail } from "../src/api.js";

/** Desired users are never a stream here. */
export const planUsers = (domo, desired, options) => callAsync("planUsers", domo, desired, options);
