// Data of a command: to stdout or a file, as a table, lines, JSON or CSV.
import { cell, hasColors, printable, printableJson, style } from "./terminal.js";
import { writeFileWhole } from "./files.js";

/** Writes chunks to stdout as fast as its reader takes them. Does not close stdout. */
async function toStdout(chunks) {
  for await (const chunk of chunks) {
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
}

/** Writes chunks (strings or bytes) to the file of `-o`, whole or not at all, or to stdout. */
export const write = (chunks, file) => (file === undefined || file === "-" ? toStdout(chunks) : writeFileWhole(file, chunks));

/** Whether data goes to a terminal. */
export const isTerminal = (options) => (options.output === undefined || options.output === "-") && Boolean(process.stdout.isTTY);

/**
 * Writes rows in the form that the options ask for.
 * @param rows an iterable or async iterable of objects
 * @param columns `[{title, value(row)}]`, for the table and for lines
 * @param csv returns the rows as an iterable of CSV bytes, if the command knows `--csv`
 * @returns the number of rows, except for CSV
 */
export async function writeRows(rows, columns, options, { csv } = {}) {
  if (options.csv) return void (await write(terminalSafe(csv(rows), options), options.output));
  let count = 0;
  const counted = async function* () {
    for await (const row of rows) {
      count++;
      yield row;
    }
  };
  if (options.json) await write(jsonArray(counted(), options), options.output);
  else if (isTerminal(options)) await write(await table(await collect(counted()), columns), options.output);
  else await write(lines(counted(), columns), options.output);
  return count;
}

/** Writes one object: as JSON, or as a line for each of its fields. */
export async function writeObject(object, options) {
  if (options.json) {
    const json = `${JSON.stringify(object, null, 2)}\n`;
    return write([isTerminal(options) ? printableJson(json) : json], options.output);
  }
  const columns = [{ title: "Field", value: ([name]) => name }, { title: "Value", value: ([, value]) => value }];
  return writeRows(Object.entries(object), columns, options);
}

/** Returns CSV without characters that could control a terminal, if it goes to one. */
async function* terminalSafe(chunks, options) {
  if (!isTerminal(options)) return yield* chunks;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: false });
  for await (const chunk of chunks) yield printable(decoder.decode(chunk, { stream: true }).replaceAll("\r\n", "\n"));
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

/** Returns a value as people read it. */
export function text(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(text).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const GAP = 2;
/** No column is narrower than this, however small the terminal is. */
const NARROWEST = 8;

/** Returns a table that fits the terminal: the widest columns are cut. */
async function table(rows, columns) {
  if (rows.length === 0) return [];
  const [{ default: Table }, { default: stringWidth }] = await Promise.all([import("cli-table3"), import("string-width")]);
  const cells = rows.map((row) => columns.map(({ value }) => cell(text(value(row)))));
  const widths = columns.map(({ title }, index) => cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index])), stringWidth(title)));
  fit(widths, (process.stdout.columns ?? 80) - GAP * (columns.length - 1));
  const bold = style(process.stdout, "bold");
  const printed = new Table({
    head: columns.map(({ title }) => (hasColors(process.stdout) ? bold(title) : title)),
    colWidths: widths.map((width) => width + GAP),
    chars: Object.fromEntries(BORDERS.map((name) => [name, ""])),
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP },
  });
  printed.push(...cells);
  return [`${printed.toString().replace(/[ \t]+$/gm, "")}\n`];
}
const BORDERS = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"];

/** Narrows the widest columns until the sum of the widths is available. */
function fit(widths, available) {
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= NARROWEST) return;
    widths[widest]--;
  }
}
