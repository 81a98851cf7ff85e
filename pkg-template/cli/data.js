// JSON that a command gets with `--data`.
import { readFile } from "node:fs/promises";
import { CliError } from "./errors.js";
import { describe, readStdin, textOf } from "./files.js";

/** Returns the object in `@file`, in `file`, or for `-` on stdin. No error quotes stdin, which may be a secret. */
export async function readData(given, { tokenStdin }) {
  if (given === "-" && tokenStdin) throw new CliError("Both --token-stdin and --data - read stdin. Give one of them in another way.");
  const file = given === "-" ? "stdin" : given.replace(/^@/, "");
  if (given === "-" && process.stdin.isTTY) throw new CliError("--data - reads stdin, but stdin is a terminal. Give a file, or pipe the data.");
  let bytes;
  try {
    bytes = given === "-" ? await readStdin() : await readFile(file);
  } catch (error) {
    throw new CliError(`The file ${file} cannot be read: ${describe(error)}`);
  }
  let data;
  try {
    data = JSON.parse(textOf(bytes));
  } catch {
    throw new CliError(`${file} is not JSON. Check it with an editor, and give one object such as {"displayName": "Ada Lovelace"}.`);
  }
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw new CliError(`${file} must hold one JSON object, such as {"displayName": "Ada Lovelace"}.`);
}
