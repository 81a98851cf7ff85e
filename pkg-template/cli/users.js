// Users as the commands find and show them.
import { CliError, EXIT } from "./errors.js";
import { interrupt, warn } from "./terminal.js";

/** Returns the roles by id; empty, with a warning, if the token may not list them. */
export async function rolesById(domo) {
  try {
    return new Map((await domo.listRoles({ signal: interrupt })).map((role) => [role.id, role]));
  } catch (error) {
    if (interrupt.aborted) throw error;
    warn(`Roles are shown by id, since the instance did not list them: ${error.message}`);
    return new Map();
  }
}

/** Returns the id of a role that was given by name, ignoring case, or by id. */
export function roleId(given, roles) {
  const name = given.toLowerCase();
  const found = [...roles.values()].filter((role) => String(role.id) === given || role.name.toLowerCase() === name);
  if (found.length > 0) return found[0].id;
  if (roles.size === 0 && /^\d+$/.test(given)) return Number(given);
  throw new CliError(`The instance has no role ${JSON.stringify(given)}. Its roles: ${[...roles.values()].map((role) => role.name).join(", ") || "not known"}.`);
}

/** Returns the user with an id or e-mail address. */
export async function findUser(domo, given, parts = "DETAILED") {
  const options = { parts, signal: interrupt };
  if (/^\d+$/.test(given)) return domo.getUserById(given, options);
  if (!given.includes("@")) throw new CliError(`A user is given by id or e-mail address; received ${JSON.stringify(given)}. To look for a name: domo-users search ${JSON.stringify(given)}`);
  const user = await domo.findUserByEmail(given, options);
  if (!user) throw new CliError(`No user has the e-mail address ${given}. To look for a part of it: domo-users search …`, EXIT.FAILED);
  return user;
}

/** Fields that a table of users has unless `--columns` names others. */
const COLUMNS = ["id", "displayName", "emailAddress", "role", "department", "title"];
/** Attributes that Domo stores in milliseconds. */
const DATES = new Set(["hireDate", "created", "modified", "lastActivity", "lastLogin"]);

/** Returns a date in ISO 8601, without the time if it is midnight. */
function dateOf(value) {
  const date = new Date(Number(value));
  if (Number.isNaN(date.getTime())) return value;
  return date.toISOString().replace("T00:00:00.000Z", "").replace(".000Z", "Z");
}

/** Returns the columns of a table of users. Its rows are `{user, attributes}`. */
export function userColumns(names = COLUMNS, roles) {
  const valueOf = (name) => ({ user, attributes }) => {
    if (name === "role") return roles.get(Number(user.roleId))?.name ?? user.roleId;
    const value = user[name] ?? attributes[name];
    return DATES.has(name) && value !== undefined && value !== null ? dateOf(value) : value;
  };
  return names.map((name) => ({ title: name, value: valueOf(name) }));
}
