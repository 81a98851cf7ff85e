// domo-users list
import { userAttributes, usersToCsv } from "domo-users";
import { connectTo } from "../connection.js";
import { text, writeRows } from "../output.js";
import { interrupt, say } from "../terminal.js";
import { roleId, rolesById, userColumns } from "../users.js";

export async function run(options) {
  const { domo } = await connectTo(options);
  const users = domo.streamUsers({ parts: "DETAILED", signal: interrupt });
  await listUsers(domo, users, options, await filterOf(domo, options));
}

/** Returns a function that says whether a user is listed, and the roles if they are needed. */
async function filterOf(domo, { role, department, where = {} }) {
  const roles = role === undefined ? undefined : await rolesById(domo);
  const id = role === undefined ? undefined : roleId(role, roles);
  const wanted = Object.entries({ ...where, ...(department !== undefined && { department }) }).map(([key, value]) => [key, value.toLowerCase()]);
  const matches = ({ user, attributes }) =>
    (id === undefined || String(user.roleId) === String(id)) &&
    wanted.every(([key, value]) => [user[key] ?? attributes[key]].flat().some((held) => text(held).toLowerCase() === value));
  return { matches, roles };
}

/** Writes users in the form that the options ask for. */
export async function listUsers(domo, users, options, { matches = () => true, roles } = {}) {
  const { columns, json, csv } = options;
  const isListed = async function* () {
    for await (const user of users) {
      const row = { user, attributes: userAttributes(user) };
      if (matches(row)) yield row;
    }
  };
  const named = json || csv ? new Map() : (roles ?? (await rolesById(domo)));
  const rows = json ? objects(isListed(), columns) : isListed();
  const toCsv = (listed) => usersToCsv(unwrap(listed), columns && { columns });
  const count = await writeRows(rows, userColumns(columns, named), options, { csv: toCsv });
  if (process.stderr.isTTY && count !== undefined && !json) say(`${count} ${count === 1 ? "user" : "users"}`);
}

async function* unwrap(rows) {
  for await (const { user } of rows) yield user;
}

/** Users as the instance returned them; with columns, only these fields and attributes. */
async function* objects(rows, columns) {
  const picked = columns && userColumns(columns, new Map());
  for await (const row of rows) yield picked ? Object.fromEntries(picked.map(({ title, value }) => [title, value(row) ?? null])) : row.user;
}
