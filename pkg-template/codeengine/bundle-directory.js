// The functions that the second Code Engine file contains.
export { planUsers, applyChanges, findUserByEmail } from "../src/api.js";
