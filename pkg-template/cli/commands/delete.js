// domo-users delete
import { leave } from "../leave.js";

export const run = (users, options) => leave("delete", users, undefined, options);
