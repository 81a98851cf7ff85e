// domo-users list
import { userAttributes, usersToCsv } from "domo-users";
import { connectTo } from "../connection.js";
import { fieldsOf } from "../fields.js";
import { csvOptions, isToFile, mayMixWithProgress, text, writeRows } from "../output.js";
import { withProgress } from "../reading.js";
import { interrupt, say } from "../terminal.js";
import { COLUMNS, findUser, roleId, rolesById, shownValue, valueOf } from "../users.js";

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

/**
 * Writes users in the form that the options ask for.
 * @param read starts to read the users
 */
export async function listUsers(domo, read, options, { matches = () => true, roles } = {}) {
  const { columns, json, csv } = options;
  const fields = columns ? await fieldsOf(domo, columns, "--columns") : undefined;
  const showsRole = fields?.includes("role") ?? !(json || csv);
  const named = roles ?? (showsRole ? await rolesById(domo) : new Map());
  let count = 0;
  const listed = async function* () {
    for await (const user of withProgress(domo, read(), options, { isHidden: mayMixWithProgress(options) })) {
      const row = { user, attributes: userAttributes(user) };
      if (!matches(row)) continue;
      count++;
      yield row;
    }
  };
  const rows = json ? objects(listed(), fields, named) : listed();
  const toCsv = (found) => usersToCsv(csvUsers(found, showsRole ? named : undefined), { ...csvOptions(options), ...(fields && { columns: fields }) });
  const shown = (fields ?? COLUMNS).map((field) => ({ title: field, value: (row) => shownValue(row, field, named), isWhole: field === "id" }));
  await writeRows(rows, shown, options, { csv: toCsv });
  if (isToFile(options)) say(count === 1 ? `1 user is in ${options.output}.` : `${count} users are in ${options.output}.`);
  else if (process.stderr.isTTY && !json && !csv) say(`${count} ${count === 1 ? "user" : "users"}`);
}

/** Users for CSV; with names of roles, which a column `role` shows, if there are roles. */
async function* csvUsers(rows, roles) {
  for await (const row of rows) yield roles ? { ...row.user, roleId: shownValue(row, "role", roles) } : row.user;
}

/** Users as the instance returned them; with fields, only these. */
async function* objects(rows, fields, roles) {
  const valueIn = (row, field) => (field === "role" ? shownValue(row, field, roles) : valueOf(row, field));
  for await (const row of rows) yield fields ? Object.fromEntries(fields.map((field) => [field, valueIn(row, field) ?? null])) : row.user;
}
