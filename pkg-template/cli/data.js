// JSON that a command gets with `--data`.
import { readFile } from "node:fs/promises";
import { CliError } from "./errors.js";
import { describe } from "./files.js";

/** Returns the object in `@file`, in `file`, or for `-` on stdin. */
export async function readData(given) {
  const file = given === "-" ? "stdin" : given.replace(/^@/, "");
  let text;
  try {
    text = given === "-" ? await readStdin() : await readFile(file, "utf8");
  } catch (error) {
    throw new CliError(`The file ${file} cannot be read: ${describe(error)}`);
  }
  let data;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, "")); // PowerShell writes a byte order mark
  } catch (error) {
    throw new CliError(`${file} is not JSON: ${error.message}`);
  }
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw new CliError(`${file} must hold one JSON object, such as {"displayName": "Ada Lovelace"}.`);
}

async function readStdin() {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  return text;
}
