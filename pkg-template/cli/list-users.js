// The users of `list` and `search`, in the form that the options ask for.
import { userAttributes, usersToCsv } from "domo-users";
import { fieldsOf } from "./fields.js";
import { csvOptions, isToFile, mayMixWithProgress, writeRows } from "./output.js";
import { withProgress } from "./reading.js";
import { counted, say } from "./terminal.js";
import { COLUMNS, rolesById, shownValue, valueOf } from "./users.js";

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
  if (isToFile(options)) say(`${counted(count, "user")} ${count === 1 ? "is" : "are"} in ${options.output}.`);
  else if (process.stderr.isTTY && !json && !csv) say(counted(count, "user"));
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
