// The rows of a list that failed, as a CSV file that can be corrected and applied.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { rejectedRows, usersToCsv } from "domo-users";
import { argumentOf } from "./command-line.js";
import { listOf, STDIN } from "./desired.js";
import { forPeople } from "./errors.js";
import { hashOf, writeFileWhole } from "./files.js";
import { textOfStream } from "./output.js";
import { takePath } from "./plan-files.js";
import { argumentsOf, isRejectedFile } from "./plan-options.js";

/** Excel reads UTF-8 only with a byte order mark. */
const BOM = "\ufeff";

/**
 * Writes the rows whose changes failed. They take the place of the file of an earlier run of the plan, unless somebody has edited it.
 * @returns `{kept: {file, sha256}, file, rows, options}` with the options to apply the file with; undefined if no row failed
 */
export async function writeRejected({ plan, result, files }) {
  const { source } = plan;
  const failed = result.results.filter(({ index, status }) => status === "failed" && plan.changes[index].row !== undefined);
  const earlier = isUnedited(result.rejected) ? result.rejected : undefined;
  if (failed.length === 0 || source?.file === undefined) {
    if (earlier) rmSync(earlier.file);
    return undefined;
  }
  const errors = failed.map(({ index, error }) => ({ change: plan.changes[index], row: plan.changes[index].row, error: `${error.code}: ${forPeople(error.message)}` }));
  const { csv, options } = await rejectedCsv(source, errors);
  const file = earlier ? relativeTo(earlier.file) : pathFor(source, files);
  await writeFileWhole(file, [BOM, csv]);
  return { kept: { file: resolve(file), sha256: hashOf(BOM + csv) }, file, rows: failed.length, options: argumentsOf(options) };
}

/** Whether the file of an earlier run is there as it was written. */
const isUnedited = (earlier) => earlier !== undefined && existsSync(earlier.file) && hashOf(readFileSync(earlier.file, "utf8")) === earlier.sha256;

/** Returns the path of the file: beside the list, else beside the plan. A file that is there already may hold rows that somebody corrects. */
function pathFor({ file }, files) {
  const list = file !== STDIN && existsSync(dirname(file)) ? relativeTo(file) : files.stem;
  const stem = isRejectedFile(list) ? list.replace(/(-\d+)?\.csv$/i, "") : `${list}.rejected`;
  return takePath(stem, ".csv");
}

/** Returns a path as the user would give it. */
function relativeTo(file) {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : argumentOf(path);
}

async function rejectedCsv(source, errors) {
  const { encoding, sheet, headerRow, deleteMissing, maxDeletes, delimiter, ...options } = source.options ?? {};
  const list = await listOf(source);
  if (list) {
    const rows = errors.map(({ row, error }) => ({ row, error }));
    return { csv: rejectedRows(list.csv, rows, list.options), options: { ...options, ...(sheet === undefined && delimiter !== undefined && { delimiter }) } };
  }
  return { csv: await csvOfChanges(errors), options: fromChanges(options) };
}

/** Only users have a CSV, and users have ids. The column is not written. */
const NO_ID = 1;

/** The columns of changes are keys of the instance, so that no header has to be mapped. */
function fromChanges({ newAttribute, protect, clearEmpty }) {
  return { newAttribute, protect, clearEmpty };
}

/** Returns the changes themselves as CSV, if the list is gone or has changed: only what they change. */
async function csvOfChanges(errors) {
  const users = errors.map(({ change, error }) => {
    const { who, user, then, changes } = change;
    const { attributes = [], emailAddress, ...fields } = { ...user, ...(changes ?? then) };
    const address = { id: change.id ?? NO_ID, emailAddress: (user ?? who)?.emailAddress };
    const moved = change.action === "update" && emailAddress !== undefined ? [{ key: "newEmail", values: [emailAddress] }] : [];
    return { ...address, ...fields, attributes: [...attributes, ...moved, { key: "error", values: [error] }] };
  });
  const columns = new Set(["emailAddress"]);
  for (const { attributes, ...fields } of users) {
    for (const name of [...Object.keys(fields), ...attributes.map(({ key }) => key)]) if (name !== "id") columns.add(name);
  }
  columns.delete("error");
  return textOfStream(usersToCsv(users, { columns: [...columns, "error"] }));
}
