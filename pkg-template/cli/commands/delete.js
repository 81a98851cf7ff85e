// domo-users delete
import { deleteUsers } from "../delete-users.js";

export const run = (users, options) => deleteUsers("delete", users, undefined, options);
