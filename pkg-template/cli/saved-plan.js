// Applies saved plans.
import { existsSync } from "node:fs";
import { commandLine } from "./command-line.js";
import { sha256Of, STDIN } from "./desired.js";
import { CliError } from "./errors.js";
import { withLocks } from "./lock.js";
import { protectOwner } from "./owner.js";
import { isUndone, readPlan, saveJson, takePath, timestamp } from "./plan-files.js";
import { confirm, showPlan } from "./review.js";
import { filesOf } from "./run-files.js";
import { earlierResult, remainderOf, reportNothing, runPlan, sayEarlier } from "./run.js";
import { counted, say, warn } from "./terminal.js";

/** Applies a plan that was saved before; what earlier runs have done is not sent again. The lock is taken first: another run could change what is left to do. */
export const applySaved = ({ file, ...given }) => withLocks([filesOf(file).lock], () => applyLocked({ file, ...given }));

async function applyLocked({ domo, host, file, options }) {
  const files = filesOf(file);
  const plan = await readPlan(file);
  if (isUndone(files)) throw await undone(domo, files);
  const { result, hasRun } = await earlierResult(domo, plan, files);
  const remainder = remainderOf(plan, result);
  if (remainder.changes.length === 0) return reportNothing(result, options, plan.changes.length === 0 ? "There is nothing to change." : `This plan has been applied: ${counted(result.done, "change")} done, none left.`);
  await protectOwner(domo, remainder);
  if (hasRun) sayEarlier(`The last run of ${file}`, plan, result);
  else await warnOfNewerList(plan);
  if (options.force) warn("With --force, what others have changed since the plan was made is lost: an undo sets the values back to those of the plan.");
  showPlan(remainder, host, options);
  if (!(await confirm(remainder, host, options))) return;
  await startRun({ domo, plan, files, options, earlier: hasRun ? result : undefined });
}

/** Returns the error for a plan whose undo was started. */
async function undone(domo, { plan, undo }) {
  const undoFiles = filesOf(undo);
  const undoPlan = await readPlan(undo);
  const { result } = await earlierResult(domo, undoPlan, undoFiles);
  const left = undoPlan.changes.length - result.done;
  if (left > 0) return new CliError(`The undo of ${plan} has done ${result.done.toLocaleString("en")} of ${counted(undoPlan.changes.length, "change")}, so the plan is not applied again. Continue the undo: ${commandLine("undo", plan)}`);
  return new CliError(`${plan} has been undone (${undo}), so it is not applied again. Make a new plan of the list, or undo the undo: ${commandLine("undo", undo)}`);
}

/** Warns if the list that a plan was made from has changed since. */
async function warnOfNewerList({ source }) {
  if (source?.sha256 === undefined || source.file === STDIN || !existsSync(source.file)) return;
  // A list that cannot be read any more changes nothing.
  const sha256 = await sha256Of(source.file).catch(() => source.sha256);
  if (sha256 !== source.sha256) warn(`${source.file} has changed since the plan was made. The plan is applied as it is; to compare the list again, plan it again.`);
}

/** Saves a new plan under a name with this stem and the time, and runs it. */
export async function applyNew({ domo, plan, stem, options }) {
  const path = takePath(`${stem}${timestamp()}`, ".plan.json");
  await saveJson(path, plan);
  say(`The plan is saved as ${path}.`);
  const files = filesOf(path);
  await withLocks([files.lock], () => startRun({ domo, plan, files, options }));
}

/** Runs a plan: changes whose user has changed since are not sent, unless --force. */
const startRun = ({ domo, plan, files, options, earlier }) =>
  runPlan({ domo, plan, files, options, earlier, stale: options.force ? "apply" : "refuse", continueWith: ["apply", files.plan], undo: ["undo", files.plan] });
