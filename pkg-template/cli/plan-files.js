// Saved plans, and the files beside them.
import { closeSync, existsSync, lstatSync, openSync, realpathSync, rmSync, statSync } from "node:fs";
import { readdir, readFile, rename } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { commandLine } from "./command-line.js";
import { IS_JSON, startOf } from "./desired.js";
import { CliError, EXIT } from "./errors.js";
import { describe, PRIVATE, textOf, writeFileWhole } from "./files.js";
import { withLocks } from "./lock.js";
import { filesOf } from "./run-files.js";
import { say } from "./terminal.js";

/** Whether the undo of a plan was started. An undo that has done nothing leaves no files. */
export const isUndone = ({ undo }) => existsSync(filesOf(undo).journal);

/** Removes the files of a plan and its run. */
export function removeRun(files) {
  for (const path of runFilesOf(files)) rmSync(path, { force: true });
}

/** Returns the names that a plan was given because a new plan took its name, newest first. */
export async function earlierNamesOf({ stem, plan }) {
  const found = await stampedFiles(stem, extname(plan));
  return found.filter((each) => existsSync(filesOf(each).journal));
}

/** Returns the path of the file that a link leads to: a plan has one journal, whatever its name. */
export const realPath = (file) => (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(file) : file);

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

/** Returns a path that no file has, as `freePath` does, and makes an empty file there, so that no other process takes the path. */
export function takePath(stem, extension) {
  for (;;) {
    const path = freePath(stem, extension);
    try {
      closeSync(openSync(path, "wx", PRIVATE));
      return path;
    } catch (error) {
      if (error.code !== "EEXIST") throw new CliError(`The file ${path} cannot be written: ${describe(error)}`, EXIT.FAILED);
    }
  }
}

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
    throw new CliError(`The ${what} ${path} is not valid JSON: ${error.message}.`);
  }
}

/** Reads a saved plan, or a list of changes. */
export async function readPlan(path) {
  const plan = await readJson(path, "plan");
  const isChange = (each) => typeof each?.action === "string";
  if (Array.isArray(plan) && plan.every(isChange)) return { changes: plan, unchanged: 0, warnings: [] };
  if (Array.isArray(plan?.changes)) return plan;
  throw new CliError(`${path} is not a plan: it has no list "changes". Make one: ${commandLine("plan", "people.csv", "-o", "plan.json")}`);
}

/** Reads the result of the last run of a plan; undefined if there is none. */
export async function readResult(files) {
  return existsSync(files.result) ? readJson(files.result, "result") : undefined;
}

/** Saves a plan or a result: whole or not at all. */
export const saveJson = (path, value) => writeFileWhole(path, [JSON.stringify(value, null, 2), "\n"]);

/** Refuses to replace a file that is not a saved plan. */
export async function checkReplaceable(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const text = textOf(await startOf(path));
  if (text.trim() !== "" && !(IS_JSON.test(text) && /"(changes|action)"/.test(text))) throw new CliError(`${path} exists and is not a saved plan, so it is not replaced. Give another file with -o.`);
}

/** Saves a new plan. An earlier plan of this name that was started gets a name of its own, so that it can still be undone. */
export async function saveNewPlan(path, plan) {
  const levels = undoLevelsOf(filesOf(path));
  const isPlan = existsSync(path) && statSync(path).isFile();
  const isStarted = levels.length > 1 || [levels[0].journal, levels[0].result].some(existsSync);
  if (!isPlan && !isStarted) return saveJson(path, plan);
  // It may be applied or undone right now.
  return withLocks(levels.map(({ lock }) => lock), async () => {
    if (isStarted) await renamePlan(levels);
    await saveJson(path, plan);
  });
}

/** The files of a run, which stay together. */
const runFilesOf = ({ plan, journal, result }) => [plan, journal, result];

/** Returns the files of a plan, those of its undo if it has any, those of the undo of its undo, and so on. */
function undoLevelsOf(files) {
  const undo = filesOf(files.undo);
  return [files, ...(runFilesOf(undo).some(existsSync) ? undoLevelsOf(undo) : [])];
}

/** Gives a plan and its undos another name. */
async function renamePlan(levels) {
  const [files] = levels;
  const kept = filesOf(freePath(`${files.stem}.${timestamp()}`, extname(files.plan)));
  const wasUndone = isUndone(files);
  let target = kept;
  for (const level of levels) {
    const to = runFilesOf(target);
    for (const [index, from] of runFilesOf(level).entries()) if (existsSync(from)) await rename(from, to[index]);
    target = filesOf(target.undo);
  }
  if (wasUndone) say(`The plan that was in ${files.plan} was applied, and its undo was started. It is now ${kept.plan}.`);
  else say(`The plan that was in ${files.plan} has been started. It is now ${kept.plan}, so that it can be undone.`);
}

/** Returns the files whose names are a stem, a time and an extension, newest first. */
async function stampedFiles(stem, extension) {
  const [folder, name] = [dirname(stem), basename(stem)];
  const names = await readdir(folder).catch(() => []);
  const stampOf = (each) => {
    const isNamed = each.startsWith(name) && each.endsWith(extension);
    const stamp = isNamed && each.slice(name.length, each.length - extension.length).match(/^[.-](\d{8})-(\d{6})(?:-(\d+))?$/);
    return stamp ? stamp.slice(1).map((part) => Number(part ?? 1)) : undefined;
  };
  const found = names.map((each) => ({ each, stamp: stampOf(each) })).filter(({ stamp }) => stamp !== undefined);
  // A file of the same second has a number.
  const order = ({ stamp: [day, time, number] }, { stamp: [otherDay, otherTime, otherNumber] }) => otherDay - day || otherTime - time || otherNumber - number;
  return found.sort(order).map(({ each }) => join(folder, each));
}

/** Returns the plans that a command saved under this path and its time, and that were started, newest first. */
export async function startedPlansOf(path) {
  const plans = (await stampedFiles(path, ".plan.json")).map(filesOf);
  return plans.filter((files) => existsSync(files.journal) && !isUndone(files));
}
