// Saved plans, and the files beside them.
import { existsSync } from "node:fs";
import { readdir, readFile, rename } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { CliError } from "./errors.js";
import { describe, writeFileWhole } from "./files.js";
import { lock } from "./journal.js";
import { say } from "./terminal.js";

/** Returns the paths of a plan and of the files beside it. */
export function filesOf(plan) {
  const stem = extname(plan).toLowerCase() === ".json" ? plan.slice(0, -extname(plan).length) : plan;
  return { plan, stem, journal: `${stem}.journal`, result: `${stem}.result.json`, undo: `${stem}.undo.json`, lock: `${stem}.lock` };
}

/** Returns the local time as `20261130-235959`, for names of files. */
export function timestamp(date = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("");
  return `${day}-${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join("")}`;
}

/** Returns a path that no file has: the given one, or with a number before the extension. */
export function freePath(stem, extension) {
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}${extension}` : `${stem}-${number}${extension}`;
    if (!existsSync(path)) return path;
  }
}

/** Decodes UTF-8, or UTF-16 with a byte order mark, which PowerShell writes with `>`. */
export const textOf = (bytes) => new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);

async function readJson(path, what) {
  let text;
  try {
    text = textOf(await readFile(path));
  } catch (error) {
    throw new CliError(`The ${what} ${path} cannot be read: ${describe(error)}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`The ${what} ${path} is no valid JSON: ${error.message}.`);
  }
}

/** Reads a saved plan, or a list of changes. */
export async function readPlan(path) {
  const plan = await readJson(path, "plan");
  if (Array.isArray(plan)) return { changes: plan, unchanged: 0, warnings: [] };
  if (Array.isArray(plan?.changes)) return plan;
  throw new CliError(`${path} is no plan: it has no list "changes". Make one: domo-users plan people.csv -o plan.json`);
}

/** Reads the result of the last run of a plan; undefined if there is none. */
export async function readResult(files) {
  return existsSync(files.result) ? readJson(files.result, "result") : undefined;
}

/** Saves a plan or a result: whole or not at all. */
export const saveJson = (path, value) => writeFileWhole(path, [JSON.stringify(value, null, 2), "\n"]);

/** Moves an earlier plan of this name, which was applied, to a name of its own, so that it can still be undone. */
export async function keepAppliedPlan(path) {
  const files = filesOf(path);
  const beside = [files.journal, files.result, files.undo, ...["journal", "result"].map((name) => filesOf(files.undo)[name])];
  if (!beside.some(existsSync)) return;
  const isUndone = existsSync(filesOf(files.undo).result);
  const release = lock(files.lock); // it may be applied right now
  const stem = freePath(`${files.stem}.${timestamp()}`, ".json").slice(0, -".json".length);
  const kept = `${stem}${extname(path)}`;
  for (const each of [path, ...beside].filter(existsSync)) await rename(each, each === path ? kept : stem + each.slice(files.stem.length));
  release();
  say(isUndone ? `The plan that was in ${path} has been applied and undone. It is now ${kept}.` : `The plan that was in ${path} has been applied. It is now ${kept}, so that it can be undone.`);
}

/** Returns the saved plans of a list that were started, newest first. */
export async function startedPlansOf(list) {
  const [folder, name] = [dirname(list), basename(list)];
  const names = await readdir(folder).catch(() => []);
  const isPlan = (each) => each.startsWith(`${name}.`) && /^\.\d{8}-\d{6}(-\d+)?\.plan\.json$/.test(each.slice(name.length));
  const plans = names.filter(isPlan).sort().reverse().map((each) => filesOf(join(folder, each)));
  return plans.filter(({ journal, undo }) => existsSync(journal) && !existsSync(undo));
}
