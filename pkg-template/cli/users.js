// Users as the commands find and show them.
import { commandLine } from "./command-line.js";
import { CliError, EXIT } from "./errors.js";
import { isoOf, writeObject } from "./output.js";
import { interrupt, warn } from "./terminal.js";

/** The request for the owner of the token. */
export const OWNER = { method: "GET", path: "/api/content/v2/users/me" };

/** Returns the roles by id; empty, with a warning, if the token may not list them. */
export async function rolesById(domo) {
  try {
    return new Map((await domo.listRoles({ signal: interrupt })).map((role) => [role.id, role]));
  } catch (error) {
    // Any other request would fail for the same reason.
    if (interrupt.aborted || !["FORBIDDEN", "NOT_FOUND", "BAD_RESPONSE"].includes(error.code)) throw error;
    warn(`Roles are shown by id, since the instance did not list them: ${error.message}`);
    return new Map();
  }
}

/** Returns the id of a role that was given by name, ignoring case, or by id. */
export function roleId(given, roles) {
  const name = given.trim().toLowerCase();
  const all = [...roles.values()];
  const found = all.find((role) => String(role.id) === name) ?? all.find((role) => role.name.trim().toLowerCase() === name);
  if (found) return found.id;
  if (roles.size === 0 && /^\d+$/.test(name)) return Number(name);
  const known = all.length === 0 ? "The instance did not list its roles: give the id of the role." : `Its roles: ${all.map((role) => role.name).join(", ")}.`;
  throw new CliError(`The instance has no role ${JSON.stringify(given)}. ${known}`);
}

/** Returns the user with an id or e-mail address. */
export async function findUser(domo, given, parts = "DETAILED") {
  const options = { parts, signal: interrupt };
  if (/^\d+$/.test(given)) return domo.getUserById(given, options);
  if (!given.includes("@")) throw new CliError(`A user is given by id or e-mail address; received ${JSON.stringify(given)}. To look for a name: ${commandLine("search", given)}`);
  const user = await domo.findUserByEmail(given, options);
  if (!user) throw new CliError(`No user has the e-mail address ${given}. To look for a part of it: ${commandLine("search", given.split("@")[0])}`, EXIT.FAILED);
  return user;
}

/** Returns a user as messages name them. */
export const labelOf = ({ id, displayName, emailAddress }) => `${displayName ?? id} <${emailAddress ?? `id ${id}`}>`;

/** Finds the users that were given by id or e-mail address, each once. */
export async function findUsers(domo, given) {
  const users = new Map();
  const errors = [];
  for (const each of given) {
    try {
      const user = await findUser(domo, each);
      users.set(Number(user.id), { ...user, id: Number(user.id) });
    } catch (error) {
      if (interrupt.aborted || !(error instanceof CliError || error?.code === "NOT_FOUND")) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const isUsage = errors.some(({ exitCode }) => exitCode === EXIT.USAGE);
    throw new CliError(`${errors.map(({ message }) => message).join("\n")}\nNothing was changed.`, isUsage ? EXIT.USAGE : EXIT.FAILED);
  }
  return users;
}

/** Fields that a table of users has unless `--columns` names others. */
export const COLUMNS = ["id", "displayName", "emailAddress", "role", "department", "title"];
/** Attributes that Domo stores in milliseconds. */
const DATES = new Set(["hireDate", "created", "modified", "lastActivity", "lastLogin"]);

/** Returns a date in milliseconds in ISO 8601; any other value as it is. */
function dateOf(value) {
  const date = new Date(Number(value));
  return value === "" || Number.isNaN(date.getTime()) ? value : isoOf(date);
}

/** Returns a value of a user as the instance returned it. `attributes` are those of the user, by key. */
export const valueOf = ({ user, attributes }, field) => user[field] ?? attributes[field];

/** Returns a value of a user for people: the name of the role, dates in ISO 8601. */
export function shownValue(row, field, roles) {
  if (field === "role") return roles.get(Number(row.user.roleId))?.name ?? row.user.roleId;
  const value = valueOf(row, field);
  return DATES.has(field) && value !== undefined && value !== null ? [value].flat().map(dateOf) : value;
}

/** Writes one user: JSON as the instance returned it, or a line for each field and attribute. */
export async function writeUser(domo, user, options, before = {}) {
  if (options.json) return writeObject({ ...before, ...user }, options);
  const { userAttributes } = await import("domo-users");
  const attributes = userAttributes(user);
  const fields = [...Object.keys(user), ...Object.keys(attributes)].filter((name) => name !== "attributes");
  const roles = user.roleId === undefined ? new Map() : await rolesById(domo);
  const names = new Set(fields.map((name) => (name === "roleId" ? "role" : name)));
  await writeObject({ ...before, ...Object.fromEntries([...names].map((name) => [name, shownValue({ user, attributes }, name, roles)])) }, options);
}
