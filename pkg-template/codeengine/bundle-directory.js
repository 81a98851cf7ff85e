// What the second one carries.
export { planUsers, applyChanges, findUserByEmail } from "../src/api.js";
