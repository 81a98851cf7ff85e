// The options of `planUsers` from those of a command, and plans of lists.
import { CliError } from "./errors.js";
import { openList, pathOf, startOf } from "./desired.js";
import { emptyList, ofList } from "./messages.js";
import { planWithProgress } from "./reading.js";
import { withRoleNames } from "./review.js";
import { say } from "./terminal.js";
import { findUser } from "./users.js";

/** The options that say how a list is read; a saved plan keeps them. */
const LIST_OPTIONS = ["map", "ignore", "ignoreUnknown", "newAttribute", "default", "matchBy", "deleteMissing", "maxDeletes", "protect", "clearEmpty", "encoding", "delimiter", "sheet", "headerRow"];
const DEFAULT_MATCH_BY = "emailAddress";

/** Returns the options that concern lists, without those that were not given. */
export const listOptionsOf = (options) =>
  Object.fromEntries(LIST_OPTIONS.filter((name) => options[name] !== undefined && !(name === "matchBy" && options[name] === DEFAULT_MATCH_BY)).map((name) => [name, options[name]]));

/** Returns an option as it is written in a command: `clearEmpty` is `--clear-empty`. */
export const flagOf = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Returns options of lists as arguments of a command. */
export function argumentsOf(listOptions) {
  const values = (value) => {
    if (value === true) return [undefined];
    if (Array.isArray(value)) return value;
    return typeof value === "object" ? Object.entries(value).map((pair) => pair.join("=")) : [value];
  };
  const given = Object.entries(listOptions).filter(([, value]) => value !== undefined);
  return given.flatMap(([name, value]) => values(value).flatMap((each) => (each === undefined ? [flagOf(name)] : [flagOf(name), String(each)])));
}

/** Returns the options of `planUsers`. */
function planOptions(options) {
  const { map = {}, ignore = [], ignoreUnknown, newAttribute, matchBy, deleteMissing, maxDeletes, protect, clearEmpty } = options;
  const both = ignore.find((header) => Object.hasOwn(map, header));
  if (both !== undefined) throw new CliError(`The column ${JSON.stringify(both)} is given with --map and with --ignore. Give one of them.`);
  const { role, ...defaults } = options.default ?? {};
  const newUsers = { ...defaults, ...(role !== undefined && { roleId: role }) };
  const columns = { ...map, ...Object.fromEntries(ignore.map((header) => [header, null])) };
  return {
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(ignoreUnknown && { otherColumns: "ignore" }),
    ...(newAttribute && { newAttributes: newAttribute }),
    ...(Object.keys(newUsers).length > 0 && { newUsers }),
    ...(matchBy && { matchBy }),
    ...(deleteMissing && { deleteMissing }),
    ...(maxDeletes !== undefined && { maxDeletes: /^\d+$/.test(maxDeletes) ? Number(maxDeletes) : maxDeletes }),
    ...(protect && { protect }),
    ...(clearEmpty && { emptyCells: "clear" }),
  };
}

/** The name of a file with rejected rows, and the column with their errors, the last one. */
const REJECTED = /\.rejected(-\d+)?\.csv$/i;
const ERROR_COLUMN = /(?:^|[,;|\t])"?error"?\s*$/;

/** The first row; a header in quotes may have line breaks. */
const HEADER_ROW = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/;

/** Whether a list is a file that `apply` wrote for the rows that failed. */
export const isRejectedFile = (file) => REJECTED.test(file);

/** Returns `{error: null}` for a file of rejected rows, whose column `error` is none of Domo's; undefined for any other. */
async function errorColumn(file, options) {
  if (!isRejectedFile(file) || options.map?.error !== undefined) return undefined;
  const start = (await startOf(file)).toString("utf8");
  // A line `sep=;` of the list may come first.
  const [header] = start.replace(/^\ufeff/, "").replace(/^sep=.\r?\n/i, "").match(HEADER_ROW);
  return ERROR_COLUMN.test(header) ? { error: null } : undefined;
}

/** Returns the ids of users that were given by id or e-mail address; "me" stays. */
async function idsOf(domo, users) {
  const ids = [];
  for (const user of users) ids.push(user.includes("@") ? (await findUser(domo, user, "SIMPLE")).id : user);
  return ids;
}

/** Says which sheet of a workbook was read, if it has several. */
async function saySheet({ name, workbook }) {
  const [first, ...others] = await workbook.sheets();
  if (others.length > 0) say(`Of ${name}, the first sheet ${JSON.stringify(first)} was read. To read another: --sheet ${others.map((each) => JSON.stringify(each)).join(" or ")}`);
}

/**
 * Plans the changes of a list.
 * @returns the plan, with a field `source` that says which list it was made from
 */
export async function planList(domo, file, options) {
  if (isRejectedFile(file) && options.deleteMissing) {
    throw new CliError(`${file} holds only the rows that were rejected, so --delete-missing would delete everyone else. Leave it out.`);
  }
  const list = await openList(file, options);
  const given = planOptions(options);
  if (given.protect) given.protect = await idsOf(domo, given.protect);
  const error = await errorColumn(file, options);
  const columns = error ? { columns: { ...error, ...given.columns } } : {};
  let plan;
  try {
    plan = await planWithProgress(domo, list.chunks(), { ...given, ...columns, ...list.csv }, options);
  } catch (thrown) {
    throw await ofList(thrown, list, options);
  }
  if (list.workbook && options.sheet === undefined) await saySheet(list);
  // A row changes a user, creates one, or leaves one unchanged.
  if (plan.changes.length === 0 && plan.unchanged === 0) throw await emptyList(list);
  return { source: { file: pathOf(file), sha256: list.sha256(), madeAt: new Date().toISOString(), options: listOptionsOf(options) }, ...(await withRoleNames(domo, plan)) };
}
