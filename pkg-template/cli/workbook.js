// Excel workbooks: one sheet as CSV text.
import { stringify } from "csv-stringify/sync";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";
import { CliError } from "./errors.js";

const ARCHIVE = Buffer.from("PK\x03\x04", "latin1");

/** Whether these bytes are an Excel workbook (.xlsx). */
export const isWorkbook = (bytes) => bytes.subarray(0, ARCHIVE.length).equals(ARCHIVE) && bytes.includes("xl/workbook.xml");

/**
 * Returns a sheet as CSV, with a line for each row up to the last one that is not empty.
 * @param sheet a name, or a number from 1; default: the first
 */
export async function csvOf(bytes, file, sheet) {
  try {
    const rows = await rowsOf(withErrors(bytes), sheet);
    checkFormulas(rows, file);
    return stringify(rows.map((row) => row.map(textOf)));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error.name === "SheetNotFoundError") throw new CliError(`${file} has no sheet ${JSON.stringify(sheet)}. Its sheets: ${error.sheets.join(", ")}.`);
    throw new CliError(`The Excel workbook ${file} cannot be read (${error.message}). Save it as CSV UTF-8, and give that file.`);
  }
}

/** Returns the rows of a sheet. Empty rows above and between others are among them, so that row numbers are those of the sheet. */
async function rowsOf(archive, sheet) {
  try {
    return await readSheet(archive, sheet ?? 1);
  } catch (error) {
    if (error.name !== "SheetNotFoundError" || !/^[1-9]\d*$/.test(sheet)) throw error;
    return readSheet(archive, Number(sheet));
  }
}

/** Returns the text of a cell, in a form that `planUsers` reads. */
function textOf(value) {
  if (value === null) return "";
  if (value instanceof Date) return dateOf(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/** Excel stores days as fractions, so that a time is exact to the second only. */
function dateOf(date) {
  const iso = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  return iso.replace("T00:00:00.000Z", "").replace(".000Z", "Z");
}

const SHEET = /^xl\/worksheets\/[^/]+\.xml$/;
const CELL = /<((?:\w+:)?c)\b([^>]*?)(?:\/>|>(.*?)<\/\1>)/gs;
const TYPE = /\s+t="[^"]*"/;
const ERROR_TYPE = /\bt="e"/;
const FORMULA = /<(?:\w+:)?f\b/;
const VALUE = /<(?:\w+:)?v\b/;
/** The most cells that a message names. */
const MOST_NAMED = 5;

/** The text of a cell whose formula has no stored result. */
const NOT_CALCULATED = "#DOMO-USERS-NOT-CALCULATED!";

/**
 * Returns the workbook with its error cells as texts. The library reads `#N/A`, and a formula without a stored result, as an empty cell, and an empty cell
 * leaves a value unchanged: both would be lost without a word.
 */
function withErrors(bytes) {
  const changed = {};
  for (const [name, content] of Object.entries(unzipSync(bytes, { filter: ({ name }) => SHEET.test(name) }))) {
    const xml = strFromU8(content);
    if (!ERROR_TYPE.test(xml) && !FORMULA.test(xml)) continue;
    const text = xml.replace(CELL, (cell, tag, attributes, inside = "") => {
      if (FORMULA.test(inside) && !VALUE.test(inside)) return `<${tag}${attributes.replace(TYPE, "")} t="str"><${tag.replace(/c$/, "v")}>${NOT_CALCULATED}</${tag.replace(/c$/, "v")}></${tag}>`;
      return ERROR_TYPE.test(attributes) ? cell.replace(ERROR_TYPE, 't="str"') : cell;
    });
    if (text !== xml) changed[name] = strToU8(text);
  }
  const archive = Object.keys(changed).length === 0 ? bytes : zipSync({ ...unzipSync(bytes), ...changed }, { level: 0 });
  return archive.buffer.slice(archive.byteOffset, archive.byteOffset + archive.byteLength);
}

/** Refuses rows with a formula whose result is not stored. */
function checkFormulas(rows, file) {
  const cells = rows.flatMap((row, index) => row.flatMap((value, column) => (value === NOT_CALCULATED ? [`${columnName(column)}${index + 1}`] : [])));
  if (cells.length === 0) return;
  const named = cells.slice(0, MOST_NAMED).join(", ") + (cells.length > MOST_NAMED ? ", …" : "");
  throw new CliError(`${file} has formulas whose results are not stored in it (${cells.length}): ${named}. Open it in Excel, save it, and give it again.`);
}

/** Returns the letters of a column, from 0: A, B, … Z, AA. */
const columnName = (column) => (column < 26 ? "" : columnName(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));
