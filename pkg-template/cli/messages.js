// Messages of the package in the words of the command line.
import { inQuotes, quoted } from "./command-line.js";
import { CliError, EXIT, reworded } from "./errors.js";

const mapOption = (header, field) => `--map ${inQuotes(`${header}=${field}`)}`;

const ENTRY = /"((?:[^"\\]|\\.)*)": (?:"((?:[^"\\]|\\.)*)"|null)/g;
const entriesOf = (text) => Array.from(text.matchAll(ENTRY), ([, header, field]) => ({ header: JSON.parse(`"${header}"`), field }));
const optionOf = ({ header, field }) => (field === undefined ? `--ignore ${quoted(header)}` : mapOption(header, field));

/** What to do about several unknown columns. Only options that are right are printed to be copied: whoever pastes --ignore for a column loses its data. */
function mapOrIgnore(_, text) {
  const entries = entriesOf(text);
  const sure = entries.filter(({ field }) => field !== undefined).map(optionOf);
  const pass = sure.length > 0 ? `Pass ${sure.join(" ")}, if that is meant. ` : "";
  const each = sure.length > 0 && sure.length < entries.length ? "each other column" : "each column";
  return `${pass}Map ${each} with --map "<header>=<field>", ignore it with --ignore "<header>", or write it as a new attribute with --new-attribute <key>. --ignore-unknown ignores all of them`;
}

/** Returns what to do about one unknown column. */
function mapOrIgnoreOne(_, mapping, ignored) {
  const [{ header }] = entriesOf(ignored);
  const [{ field }] = mapping === undefined ? [{ field: "<field>" }] : entriesOf(mapping);
  return `Map it with ${mapOption(header, field)}, ignore it with --ignore ${quoted(header)}, or write it as a new attribute with --new-attribute <key>. --ignore-unknown ignores all such columns`;
}

/** The names of options in messages of `planUsers`, and those of the command. */
const WORDS = [
  [/Map or ignore them with columns: \{(.*)\}, ignore all with otherColumns: "ignore", or write them as new attributes with newAttributes: \[\.\.\.\]/g, mapOrIgnore],
  [/(?:Map it with columns: \{(.*?)\}\. )?Ignore it with columns: \{(.*?)\}, or all such columns with otherColumns: "ignore"\. Write it as a new attribute with newAttributes: \[[^\]]*\]/g, mapOrIgnoreOne],
  [/columns: \{([^{}]*)\}/g, (_, entries) => entriesOf(entries).map(optionOf).join(" ") || "--map"],
  [/, by the option columns\)/g, ", by --map)"],
  [/otherColumns: "ignore"/g, "--ignore-unknown"],
  [/(\broleId\)?: no value: this row creates a new user, which needs this field)/g, "$1: fill the cell, or give a role for all such rows with --default role=Participant"],
  [/newAttributes: \[[^\]]*\]/g, "--new-attribute <key>"],
  [/newUsers: \{roleId: "([^"]*)"\}/g, "--default role=$1"],
  [/encoding: "([^"]*)"/g, "--encoding $1"],
  [/^encoding must be an encoding that TextDecoder of this host knows/, "--encoding must be an encoding that Node knows"],
  [/the option delimiter/g, "--delimiter"],
  [/\bnewUsers\.roleId\b/g, "--default role"],
  [/\bnewUsers\.(?=\w)/g, "--default "],
  [/\bnewUsers\b/g, "--default"],
  [/\bmaxDeletes\b/g, "--max-deletes"],
  [/\bdeleteMissing\b/g, "--delete-missing"],
  [/\bnewAttributes\b/g, "--new-attribute"],
  [/\botherColumns\b/g, "--ignore-unknown"],
  [/\bmatchBy: "(\w+)"/g, "--match-by $1"],
  [/\bmatchBy\b/g, "--match-by"],
  [/\bemptyCells\b/g, "--clear-empty"],
  [/\bcheck that desired is complete\b/g, "check that the list is complete"],
  [/^protect must be an array of user ids or "me"/, "--protect must be ids or e-mail addresses of users, or me"],
  [/this is an Excel workbook; save it as CSV UTF-8/, "this is an Excel workbook that cannot be read: an old one (.xls), one with a password, or a damaged one; save it as .xlsx without a password, or as CSV UTF-8"],
];

/** Returns an error of `planUsers` in the words of the command line. */
export function inOptions(error, list) {
  if (error?.name !== "DomoError" || !["INVALID_INPUT", "TOO_MANY_DELETES"].includes(error.code)) return error;
  return new CliError(reworded(error.message, WORDS).replace(/^desired\b/, () => list), EXIT.USAGE);
}

/** Returns an error of `planUsers` for a list, with what is known about the list and its options. */
export async function ofList(error, list, options) {
  const inWords = inOptions(options.all ? withEachRow(error) : error, list.name);
  if (!(inWords instanceof CliError)) return error;
  const { message } = inWords;
  const title = await titleRow(message, list, options);
  if (title !== undefined) return new CliError(title, EXIT.USAGE);
  const merged = mappedFields(missingHeaders(message, options), options);
  const sheets = NO_COLUMN.test(message) ? await otherSheets(list) : "";
  const notText = /\.xlsx$/i.test(list.name) && list.workbook === undefined && message.includes("the bytes are not UTF-8");
  const damaged = notText ? "\n  The name is that of an Excel workbook, but the file is none, or is damaged: get it again, or save it again in Excel" : "";
  const more = error.rows?.length > MOST_NAMED && !options.all ? "\nTo print a line for each error, add --all." : "";
  return new CliError(`${merged}${sheets}${damaged}${more}`, EXIT.USAGE);
}

/** The most rows that the package names for one reason. */
const MOST_NAMED = 4;

/** Returns an error of a list with a line for each of its rows; the package describes each reason once. */
function withEachRow({ name, code, message, rows }) {
  if (!rows?.length) return { name, code, message };
  const [counted] = message.split("\n", 1);
  const lines = rows.map(({ row, column, reason }) => `- row ${row}${column === undefined ? "" : `, ${column}`}: ${reason}`);
  const more = Number(counted.match(/ has (\d+) errors?:/)?.[1]) - rows.length;
  return { name, code, message: [counted, ...lines, ...(more > 0 ? [`- and ${more.toLocaleString("en")} more`] : [])].join("\n") };
}

const NO_COLUMN = /^- row (\d+), (\w+): the file has no \2 column.*$/m;
const FOUND = /Columns found: (.*)\. Rename one to (\w+), or pass --map "<header>=/;
/** A header row has more cells than a title. */
const MOST_IN_TITLE = 2;

/** Returns the message for a list whose header row looks like a title: the other errors follow from it. */
async function titleRow(message, list, { headerRow }) {
  const [line, row] = message.match(NO_COLUMN) ?? [];
  const [, found, key] = line?.match(FOUND) ?? [];
  if (found === undefined || headerRow !== undefined || found.replaceAll(/"(?:[^"\\]|\\.)*"/g, "x").split(", ").length > MOST_IN_TITLE) return undefined;
  const seen = `${list.name}, row ${row}: the file has no ${key} column, which is needed to match rows to users. Columns found: ${found}. If this is a header, pass --map "<header>=${key}". If it is a title`;
  if (list.workbook === undefined) return `${seen}, delete the lines above the header.`;
  const widths = list.workbook.rows.map((cells) => cells.filter((cell) => cell !== null).length);
  const next = widths.findIndex((width, index) => index >= row && width > widths[row - 1]) + 1;
  return `${seen}, give the number of the row with the headers: --header-row ${next || "<number>"}.${await otherSheets(list)}`;
}

/** Returns a sentence that names the sheets of a workbook that were not read. */
async function otherSheets({ workbook }) {
  if (workbook === undefined) return "";
  const names = await workbook.sheets();
  const read = /^[1-9]\d*$/.test(workbook.sheet) && !names.includes(workbook.sheet) ? names[workbook.sheet - 1] : (workbook.sheet ?? names[0]);
  const others = names.filter((name) => name !== read).map((name) => JSON.stringify(name));
  return others.length === 0 ? "" : `\n  The sheet ${JSON.stringify(read)} was read. Other sheets, for --sheet: ${others.join(", ")}`;
}

const MISSING = /^- row (\d+), columns: the list has no header "(.*)"; correct the name or remove it from columns; headers found: (.*)$/gm;

/** Puts the errors of --map and --ignore for headers that the file does not have into one. */
function missingHeaders(message, { map = {} }) {
  const all = [...message.matchAll(MISSING)];
  if (all.length === 0) return message;
  const [, row, , list] = all[0];
  const found = list.split(", ");
  const missing = all.map(([, , header]) => header);
  const reversed = missing.filter((header) => found.includes(map[header]));
  const names = `${missing.length === 1 ? "header" : "headers"} ${missing.map((header) => JSON.stringify(header)).join(", ")}`;
  const hint = reversed.length > 0 ? `\n  In --map the header comes first: ${reversed.map((header) => mapOption(map[header], header)).join(" ")}` : "";
  const line = `- row ${row}: the file has no ${names} of --map and --ignore; correct the names. Headers found: ${found.filter(Boolean).join(", ")}${hint}`;
  return message.replace(all[0][0], () => line).replaceAll(new RegExp(`\\n${MISSING.source}`, "gm"), "");
}

/** Says of unknown columns, which are listed by their header, that --map names an unknown field. */
const mappedFields = (message, { map = {} }) =>
  message.replace(/^ {2}(.+?)(?=$|: did you mean)/gm, (line, header) => (Object.hasOwn(map, header) ? `  ${header} (--map names the field ${map[header]}, which is not known)` : line));

/** Returns the error of a list without rows. */
export async function emptyList(list) {
  return new CliError(`${list.name} has no rows, so there is nothing to compare. Check that it is the right file, and that it was saved whole.${await otherSheets(list)}`, EXIT.USAGE);
}
