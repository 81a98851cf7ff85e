// Excel workbooks: one sheet as CSV.
import { stringify } from "csv-stringify/sync";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";
import { CliError } from "./errors.js";
import { isoOf } from "./output.js";

const ARCHIVE = Buffer.from("PK\x03\x04", "latin1");

/** Whether these bytes are an Excel workbook (.xlsx). */
export const isWorkbook = (bytes) => bytes.subarray(0, ARCHIVE.length).equals(ARCHIVE) && bytes.includes("xl/workbook.xml");

/**
 * Reads a sheet, with a line of CSV for each row up to the last one that is not empty.
 * @param sheet a name, or a number from 1; default: the first
 * @param headerRow the number of the row with the headers; those above it are read as empty, so that row numbers stay
 * @returns `{csv, rows, sheet, sheets()}`, with the names of all sheets
 */
export async function readWorkbook(bytes, file, { sheet, headerRow = 1 }) {
  try {
    const archive = withTexts(bytes);
    const rows = await rowsOf(archive, sheet);
    checkFormulas(rows, file);
    const read = rows.map((row, index) => (index + 1 < headerRow ? row.map(() => null) : row));
    return { csv: Buffer.from(stringify(read.map((row) => row.map(textOf)))), rows, sheet, sheets: () => sheetsOf(archive) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error.name === "SheetNotFoundError") throw new CliError(`${file} has no sheet ${JSON.stringify(sheet)}. Its sheets: ${error.sheets.join(", ")}.`);
    throw new CliError(`The Excel workbook ${file} cannot be read (${error.message}). Save it again in Excel as .xlsx, or as CSV UTF-8, and give that file.`);
  }
}

/** Returns the names of all sheets, which the library tells when it does not find one. */
const sheetsOf = (archive) => readSheet(archive, "\0").then(() => [], (error) => error.sheets ?? []);

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
const dateOf = (date) => isoOf(new Date(Math.round(date.getTime() / 1000) * 1000));

const SHEET = /^xl\/worksheets\/[^/]+\.xml$/;
const STYLES = "xl/styles.xml";
const CELL = /<((?:\w+:)?c)\b([^>]*?)(?:\/>|>(.*?)<\/\1>)/gs;
const TYPE = /\s+t="([^"]*)"/;
const FORMULA = /<(?:\w+:)?f\b/;
const VALUE = /<((?:\w+:)?v)\b[^>]*?(?:\/>|>(.*?)<\/\1>)/s;
/** The most cells that a message names. */
const MOST_NAMED = 5;

/** The text of a cell whose formula has no stored result. */
const NOT_CALCULATED = "#DOMO-USERS-NOT-CALCULATED!";

/**
 * Returns the workbook with some cells as texts. The library reads `#N/A`, and a formula without a stored result, as an empty cell, and an empty cell leaves a
 * value unchanged or clears it: both would be lost without a word. It also reads 742 where Excel shows 000742.
 */
function withTexts(bytes) {
  const parts = unzipSync(bytes, { filter: ({ name }) => SHEET.test(name) || name === STYLES });
  const digits = parts[STYLES] ? digitsOf(strFromU8(parts[STYLES])) : new Map();
  const changed = {};
  for (const [name, content] of Object.entries(parts)) {
    if (name === STYLES) continue;
    const xml = strFromU8(content);
    const text = xml.replace(CELL, (cell, tag, attributes, inside = "") => {
      const value = textOfCell(attributes, inside, digits);
      if (value === undefined) return cell;
      const valueTag = tag.replace(/c$/, "v");
      return `<${tag}${attributes.replace(TYPE, "")} t="str"><${valueTag}>${value}</${valueTag}></${tag}>`;
    });
    if (text !== xml) changed[name] = strToU8(text);
  }
  const archive = Object.keys(changed).length === 0 ? bytes : zipSync({ ...unzipSync(bytes), ...changed }, { level: 0 });
  return archive.buffer.slice(archive.byteOffset, archive.byteOffset + archive.byteLength);
}

/** Returns the text of a cell as XML; undefined if the library reads the cell as it is. */
function textOfCell(attributes, inside, digits) {
  const [, type = "n"] = attributes.match(TYPE) ?? [];
  const value = inside.match(VALUE)?.[2] ?? "";
  // Only a formula whose result is a text may have an empty one.
  if (FORMULA.test(inside) && (type === "str" ? !VALUE.test(inside) : value === "")) return NOT_CALCULATED;
  if (type === "e") return value;
  const length = type === "n" && /^\d+$/.test(value) ? digits.get(attributes.match(/\ss="(\d+)"/)?.[1]) : undefined;
  return length > value.length ? value.padStart(length, "0") : undefined;
}

const FORMAT = /<(?:\w+:)?numFmt\b[^>]*>/g;
const CELL_FORMATS = /<((?:\w+:)?cellXfs)\b[^>]*>(.*?)<\/\1>/s;
const attributeOf = (tag, name) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];

/** Returns the number of digits that cells of a style show: those whose number format has only zeros, such as 000000. */
function digitsOf(styles) {
  const zeros = new Map();
  for (const [tag] of styles.matchAll(FORMAT)) {
    const code = attributeOf(tag, "formatCode") ?? "";
    if (/^0{2,}$/.test(code)) zeros.set(attributeOf(tag, "numFmtId"), code.length);
  }
  const formats = styles.match(CELL_FORMATS)?.[2].match(/<(?:\w+:)?xf\b[^>]*>/g) ?? [];
  return new Map(formats.map((tag, index) => [String(index), zeros.get(attributeOf(tag, "numFmtId"))]));
}

/** Refuses rows with a formula whose result is not stored. */
function checkFormulas(rows, file) {
  const cells = rows.flatMap((row, index) => row.flatMap((value, column) => (value === NOT_CALCULATED ? [{ row: index + 1, name: `${columnName(column)}${index + 1}` }] : [])));
  if (cells.length === 0) return;
  const mend = "Open the workbook in Excel and save it.";
  if (cells.length === 1) throw new CliError(`${file}, row ${cells[0].row}: the cell ${cells[0].name} holds a formula without a saved value. ${mend}`);
  const named = cells.slice(0, MOST_NAMED).map(({ name }) => name).join(", ") + (cells.length > MOST_NAMED ? ", …" : "");
  throw new CliError(`${file}, row ${cells[0].row}: ${cells.length} cells hold a formula without a saved value: ${named}. ${mend}`);
}

/** Returns the letters of a column, from 0: A, B, … Z, AA. */
const columnName = (column) => (column < 26 ? "" : columnName(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));
