// The functions that the first Code Engine file contains.
export { createUser, getUserById, getAllUsers, updateUser, deleteUser, userAttributes } from "../src/api.js";
