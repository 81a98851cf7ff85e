// Lists of users as files: CSV, Excel workbooks, stdin.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { commandLine } from "./command-line.js";
import { CliError } from "./errors.js";
import { describe, hashOf, readStdin, textOf } from "./files.js";

/** The name of stdin as a file. */
export const STDIN = "-";

/** Calls a function that reads a file, and says which file it was if that fails. */
async function reading(file, read) {
  try {
    return await read();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    throw new CliError(`The file ${file} cannot be read: ${describe(error)}.`);
  }
}

/** Long enough for a header row. */
const START = 65_536;

/** Whether a file is a pipe or a device, which can be read only once: `<(command)` in a shell. */
export const isPipe = (file) =>
  reading(file, async () => {
    const found = await stat(file);
    return !found.isFile() && !found.isDirectory();
  });

/** Returns the first bytes of a file. */
export const startOf = (file) =>
  reading(file, async () => {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  });

function readListFromStdin(options) {
  if (options.tokenStdin) throw new CliError("Both the list and the token would be read from stdin. Give the list as a file, or set DOMO_DEVELOPER_TOKEN.");
  if (process.stdin.isTTY) throw new CliError("The list would be read from stdin, but stdin is a terminal. Give a file, or pipe the list.");
  return readStdin();
}

/** Matches the start of a JSON document, but no header row. */
export const IS_JSON = /^\s*[[{]\s*["[{\]}]/;

/** Whether the bytes of a file may be a workbook; a CSV file is read as a stream. */
const isArchive = (start) => start.subarray(0, 2).toString("latin1") === "PK";

/** Returns the bytes of a file that cannot be read as a stream; undefined for a CSV file. */
async function bytesOf(file, options) {
  if (file === STDIN) return readListFromStdin(options);
  const isWhole = (await isPipe(file)) || isArchive(await startOf(file));
  return isWhole ? reading(file, () => readFile(file)) : undefined;
}

/**
 * Opens a list.
 * @returns `{name, chunks(), csv, sha256(), workbook}`: `chunks` are the bytes of the CSV, `csv` how they are to be read, `sha256` is known when they are read, and
 *   `workbook` describes an Excel workbook
 */
export async function openList(file, options) {
  const { sheet, headerRow, encoding } = options;
  const delimiter = options.delimiter === "tab" ? "\t" : options.delimiter;
  const csv = { ...(encoding !== undefined && { encoding }), ...(delimiter !== undefined && { delimiter }) };
  const name = file === STDIN ? "stdin" : file;
  const bytes = await bytesOf(file, options);
  if (bytes !== undefined) {
    const { isWorkbook, readWorkbook } = await import("./workbook.js");
    if (isWorkbook(bytes)) {
      if (encoding !== undefined || delimiter !== undefined) throw new CliError(`--encoding and --delimiter are for CSV files, and ${name} is an Excel workbook. Leave them out.`);
      const workbook = await readWorkbook(bytes, name, { sheet, headerRow });
      return { name, csv: { delimiter: "," }, chunks: () => once(workbook.csv), sha256: () => hashOf(bytes), workbook };
    }
  }
  if (IS_JSON.test(textOf(bytes ?? (await startOf(file))))) throw new CliError(`${name} holds JSON, and a list is a CSV file or an Excel workbook. To apply a saved plan, give its file: ${commandLine("apply", "plan.json")}`);
  if (sheet !== undefined) throw new CliError(`--sheet is for Excel workbooks (.xlsx), and ${name} is not one. Leave it out.`);
  if (headerRow !== undefined) throw new CliError(`--header-row is for Excel workbooks (.xlsx), and ${name} is not one. Leave it out, and delete the lines above the header.`);
  if (bytes !== undefined) return { name, csv, chunks: () => once(bytes), sha256: () => hashOf(bytes) };
  const hash = createHash("sha256");
  let sha256;
  return { name, csv, chunks: () => chunksOf(file, hash), sha256: () => (sha256 ??= hash.digest("hex")) };
}

async function* once(bytes) {
  yield bytes;
}

async function* chunksOf(file, hash) {
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Returns the SHA-256 of a file. */
export const sha256Of = (file) =>
  reading(file, async () => {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    return hash.digest("hex");
  });

/** Returns `{csv, options}` of the list that a plan was made from; undefined if the file is gone or has other content. */
export async function listOf(source) {
  if (source?.file === undefined || source.file === STDIN) return undefined;
  try {
    const list = await openList(source.file, source.options ?? {});
    const chunks = [];
    for await (const chunk of list.chunks()) chunks.push(chunk);
    return list.sha256() === source.sha256 ? { csv: Buffer.concat(chunks), options: list.csv } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the path of a list as a plan keeps it, so that the plan can be applied in another folder. */
export const pathOf = (file) => (file === STDIN ? STDIN : resolve(file));
