// domo-users apply
import { connectTo } from "../connection.js";
import { IS_JSON, isPipe, sha256Of, startOf, STDIN } from "../desired.js";
import { CliError } from "../errors.js";
import { textOf } from "../files.js";
import { withLocks } from "../lock.js";
import { writeObject } from "../output.js";
import { protectOwner } from "../owner.js";
import { filesOf, freePath, isUndone, readPlan, realPath, saveJson, startedPlansOf, timestamp } from "../plan-files.js";
import { flagOf, listOptionsOf, planList } from "../plan-options.js";
import { confirm, counted, showPlan } from "../review.js";
import { earlierResult, newestUnfinished, remainderOf, runPlan, sayEarlier } from "../run.js";
import { say } from "../terminal.js";

export async function run(file, options) {
  if (file !== STDIN && (await isPipe(file))) throw new CliError(`${file} is a pipe, so its plan cannot be saved beside it. Pipe the list instead, and give - as the file.`);
  const isPlan = file !== STDIN && IS_JSON.test(textOf(await startOf(file)));
  const given = listOptionsOf(options);
  if (isPlan && Object.keys(given).length > 0) {
    throw new CliError(`${file} is a saved plan, and ${flagOf(Object.keys(given)[0])} is for lists. Leave it out, or plan the list again with it.`);
  }
  const { domo, host } = await connectTo(options);
  if (isPlan) return applySaved({ domo, host, file: realPath(file), options });
  const unfinished = await unfinishedPlan(domo, file, options);
  if (unfinished) return applySaved({ domo, host, file: unfinished, options });
  return applyList({ domo, host, file, options });
}

/** Applies a plan that was saved before; what earlier runs have done is not sent again. The lock is taken first: another run could change what is left to do. */
export const applySaved = ({ file, ...given }) => withLocks([filesOf(file).lock], () => applyLocked({ file, ...given }));

async function applyLocked({ domo, host, file, options }) {
  const files = filesOf(file);
  const plan = await readPlan(file);
  if (isUndone(files)) throw new CliError(`${file} has been undone (${files.undo}), so it is not applied again. Make a new plan of the list.`);
  const { result, hasRun } = await earlierResult(domo, plan, files);
  const remainder = remainderOf(plan, result);
  if (remainder.changes.length === 0) return reportNothing(result, options, plan.changes.length === 0 ? "There is nothing to change." : `This plan has been applied: ${counted(result.done, "change")} done, none left.`);
  await protectOwner(domo, remainder);
  if (hasRun) sayEarlier(`The last run of ${file}`, plan, result);
  showPlan(remainder, host, options);
  if (!(await confirm(remainder, host, options))) return;
  await start({ domo, plan, files, options, earlier: hasRun ? result : undefined });
}

async function reportNothing(result, { json }, message) {
  say(message);
  if (json) await writeObject(result, { json });
}

/** Plans a list, saves the plan beside it, and applies it. */
async function applyList({ domo, host, file, options }) {
  const plan = await planList(domo, file, options);
  showPlan(plan, host, options);
  if (plan.changes.length === 0) return reportNothing({ done: 0, failed: 0, skipped: 0, results: [] }, options, "There is nothing to change.");
  if (!(await confirm(plan, host, options))) return;
  const path = freePath(`${file === STDIN ? "stdin" : file}.${timestamp()}`, ".plan.json");
  await saveJson(path, plan);
  say(`The plan is saved as ${path}.`);
  const files = filesOf(path);
  await withLocks([files.lock], () => start({ domo, plan, files, options }));
}

const start = ({ domo, plan, files, options, earlier }) =>
  runPlan({ domo, plan, files, options, earlier, stale: options.force ? "apply" : "refuse", continueWith: ["apply", files.plan], undo: ["undo", files.plan] });

/** Returns the path of the newest plan of the same list with the same options whose run was interrupted. */
async function unfinishedPlan(domo, file, options) {
  if (file === STDIN) return undefined;
  const started = await startedPlansOf(file);
  if (started.length === 0) return undefined;
  const [sha256, given] = [await sha256Of(file), JSON.stringify(listOptionsOf(options))];
  return newestUnfinished(domo, started, ({ source }) => source?.sha256 === sha256 && JSON.stringify(source.options) === given);
}
