// domo-users list
import { connectTo } from "../connection.js";
import { fieldsOf } from "../fields.js";
import { listUsers } from "../list-users.js";
import { text } from "../output.js";
import { interrupt } from "../terminal.js";
import { findUser, roleId, rolesById, shownValue, valueOf } from "../users.js";

export async function run(options) {
  const { domo } = await connectTo(options);
  const filter = await filterOf(domo, options);
  await listUsers(domo, () => domo.streamUsers({ parts: "DETAILED", signal: interrupt }), options, filter);
}

/** Returns the value that a field must have, in lower case. A manager may be given by e-mail address; the instance holds ids. */
async function wantedValue(domo, field, value) {
  const isManager = field === "reportsTo" && value.includes("@");
  return isManager ? String((await findUser(domo, value, "SIMPLE")).id) : value.toLowerCase();
}

/** Returns a function that says whether a user is listed, and the roles if it needs them. */
async function filterOf(domo, { role, department, where = {} }) {
  const names = Object.keys(where);
  const fields = names.length === 0 ? [] : await fieldsOf(domo, names, "--where");
  const wanted = [];
  for (const [index, name] of names.entries()) wanted.push([fields[index], await wantedValue(domo, fields[index], where[name])]);
  if (department !== undefined) wanted.push(["department", department.toLowerCase()]);
  const roles = role !== undefined || fields.includes("role") ? await rolesById(domo) : undefined;
  if (role !== undefined) wanted.push(["roleId", String(roleId(role, roles))]);
  // As the instance has it, or as the table shows it.
  const holds = (row, field) => [valueOf(row, field), shownValue(row, field, roles)].flat().map((value) => text(value).toLowerCase());
  return { matches: (row) => wanted.every(([field, value]) => holds(row, field).includes(value)), roles };
}
