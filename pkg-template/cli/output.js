// Data of a command: to stdout or a file, as a table, lines, JSON or CSV.
import { once } from "node:events";
import { fstatSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { writeFileWhole } from "./files.js";
import { cell, hasColors, interrupt, printable, printableJson, say, style } from "./terminal.js";

const CHUNKS_A_TURN = 1000;

/** Writes chunks to stdout as fast as its reader takes them. Does not close stdout. */
async function toStdout(chunks) {
  let count = 0;
  for await (const chunk of chunks) {
    if (++count % CHUNKS_A_TURN === 0) {
      await nextTurn(); // to a terminal, writes do not wait, and Ctrl-C would not be seen
      interrupt.throwIfAborted();
    }
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain", { signal: interrupt });
  }
}

/** Writes chunks (strings or bytes) to the file of `-o`, whole or not at all, or to stdout. */
export const write = (chunks, file) => (file === undefined || file === "-" ? toStdout(chunks) : writeFileWhole(file, chunks));

/** Whether data goes to a file. */
export const isToFile = ({ output }) => output !== undefined && output !== "-";

/** Whether data goes to a terminal. */
export const isTerminal = (options) => !isToFile(options) && Boolean(process.stdout.isTTY);

/** Whether rows are written as a table, which is printed when all of them are known. */
export const isTable = (options) => isTerminal(options) && !options.csv && !options.json;

/** Whether data may reach the terminal while it is read: it is written there, or into a pipe, whose reader may print it. */
export const mayMixWithProgress = (options) => !isToFile(options) && !isTable(options) && !fstatSync(process.stdout.fd).isFile();

/** Returns the options of a command that are those of `usersToCsv`. */
export const csvOptions = ({ bom = false, delimiter = "," }) => ({ bom, delimiter: delimiter === "tab" ? "\t" : delimiter });

/**
 * Writes rows in the form that the options ask for.
 * @param rows an iterable or async iterable of objects
 * @param columns `[{title, value(row), isWhole?}]`, for the table and for lines; a column that is whole is never cut
 * @param csv returns the rows as an iterable of CSV bytes, if the command knows `--csv`
 */
export async function writeRows(rows, columns, options, { csv } = {}) {
  if (options.csv) await writeCsv(csv(rows), options);
  else if (options.json) await write(jsonArray(rows, options), options.output);
  else if (isTable(options)) await write(await table(await collect(rows), columns), options.output);
  else await write(lines(rows, columns), options.output);
}

/** Writes one object: as JSON, or as a line for each of its fields. */
export async function writeObject(object, options) {
  if (options.json) {
    const json = `${JSON.stringify(object, null, 2)}\n`;
    return write([isTerminal(options) ? printableJson(json) : json], options.output);
  }
  const rows = Object.entries(object);
  if (!isTerminal(options)) return write(lines(rows, FIELDS), options.output);
  // No value is cut: the terminal breaks the line.
  const longest = Math.max(...rows.map(([name]) => name.length));
  const bold = style(process.stdout, "bold");
  return write(rows.map(([name, value]) => `${bold(cell(name).padEnd(longest))}  ${cell(text(value))}\n`), options.output);
}
const FIELDS = [{ value: ([name]) => name }, { value: ([, value]) => value }];

/** Writes CSV bytes; to a terminal without characters that could control it. */
export const writeCsv = (chunks, options) => write(isTerminal(options) ? readable(chunks) : chunks, options.output);

async function* readable(chunks) {
  const decoder = new TextDecoder();
  // A line break of CSV may stand at the border of two chunks.
  for await (const chunk of chunks) yield printable(decoder.decode(chunk, { stream: true }).replaceAll("\r", ""));
}

async function* jsonArray(rows, options) {
  const safe = isTerminal(options) ? printableJson : (json) => json;
  let separator = "[\n";
  for await (const row of rows) {
    yield separator + safe(JSON.stringify(row));
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

/** One line a row, with a tab between the cells and without a header, for other programs. */
async function* lines(rows, columns) {
  for await (const row of rows) yield `${columns.map(({ value }) => cell(text(value(row)))).join("\t")}\n`;
}

async function collect(rows) {
  const all = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Resolves with the text of a stream of UTF-8. */
export const textOfStream = (stream) => new Response(stream).text();

/** Returns a date in ISO 8601, without the time if it is midnight in UTC. */
export const isoOf = (date) => date.toISOString().replace("T00:00:00.000Z", "").replace(".000Z", "Z");

/** Returns a value as people read it. */
export function text(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(text).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const GAP = 2;
/** A column is not cut below this width; if the terminal is too small for that, the last columns are left out. */
const NARROWEST = 10;

/** Returns a table that fits the terminal, a line a row: the widest columns are cut. */
async function table(rows, columns) {
  if (rows.length === 0) return [];
  const { default: widthOf } = await import("string-width");
  // The library is slow, and most strings do not need it.
  const stringWidth = (content) => (NARROW.test(content) ? content.length : widthOf(content));
  const cells = [columns.map(({ title }) => cell(title)), ...rows.map((row) => columns.map(({ value }) => cell(text(value(row)))))];
  const wanted = columns.map((_, index) => cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index])), 0));
  const smallest = wanted.map((width, index) => (columns[index].isWhole ? width : Math.min(width, NARROWEST)));
  const widths = fit(wanted, smallest, process.stdout.columns || 80);
  if (widths.length < columns.length) {
    const hidden = columns.slice(widths.length).map(({ title }) => title);
    say(`The terminal is too narrow for ${hidden.join(", ")}. Widen it, choose other columns, or use --json.`);
  }
  const printed = cells.map((row) => `${widths.map((width, index) => padded(truncate(row[index], width, stringWidth), width, stringWidth)).join(" ".repeat(GAP)).trimEnd()}\n`);
  return [style(process.stdout, "bold")(printed[0]), ...printed.slice(1)];
}

/** Letters and signs that take one column each. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u024f]*$/;

const padded = (content, width, stringWidth) => content + " ".repeat(width - stringWidth(content));

/**
 * Narrows the widest columns until all fit, and leaves out the last ones if that is not enough. Returns the widths of the columns that are left.
 * @param smallest the width below which each column is not cut
 */
function fit(wanted, smallest, available) {
  for (let count = wanted.length; count > 1; count--) {
    const room = available - GAP * (count - 1);
    if (sum(smallest.slice(0, count)) <= room) return narrow(wanted.slice(0, count), smallest, room);
  }
  return [Math.min(wanted[0], available)];
}

function narrow(widths, smallest, room) {
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const spare = widths.map((width, index) => (width > smallest[index] ? width : 0));
    widths[spare.indexOf(Math.max(...spare))]--;
  }
  return widths;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Returns a text of at most this width: at a border of what people see as one character. */
function truncate(content, width, stringWidth) {
  if (stringWidth(content) <= width) return content;
  if (NARROW.test(content)) return `${content.slice(0, width - 1)}…`;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(content)) {
    if (stringWidth(`${kept}${segment}…`) > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
