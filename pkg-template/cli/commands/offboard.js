// domo-users offboard
import { deleteUsers } from "../delete-users.js";

export const run = (users, options) => deleteUsers("offboard", users, options.to, options);
