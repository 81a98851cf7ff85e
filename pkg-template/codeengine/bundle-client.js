// What the first Code Engine file carries inside its class.
export { createUser, getUserById, getAllUsers, updateUser, deleteUser, userAttributes } from "../src/api.js";
