// domo-users offboard
import { leave } from "../leave.js";

export const run = (users, options) => leave("offboard", users, options.to, options);
