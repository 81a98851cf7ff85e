// domo-users undo
import { existsSync } from "node:fs";
import { undoPlan } from "domo-users";
import { connectTo } from "../connection.js";
import { CliError } from "../errors.js";
import { withLocks } from "../lock.js";
import { filesOf, readPlan, saveJson } from "../plan-files.js";
import { confirm, counted, showPlan, withRoleNames } from "../review.js";
import { earlierResult, remainderOf, runPlan, sayEarlier } from "../run.js";
import { say } from "../terminal.js";

export async function run(file, options) {
  const { domo, host } = await connectTo(options);
  const files = filesOf(file);
  const undo = filesOf(files.undo);
  // Taken first: another run could change what there is to undo.
  await withLocks([files.lock, undo.lock], () => undoLocked({ domo, host, file, files, undo, options }));
}

async function undoLocked({ domo, host, file, files, undo, options }) {
  const isStarted = existsSync(undo.journal);
  const plan = isStarted ? await readPlan(undo.plan) : await planUndo(domo, file, files);
  if (plan.changes.length === 0) {
    showPlan(plan, host, options);
    return say("There is nothing to undo.");
  }
  const { result, hasRun } = await earlierResult(domo, plan, undo);
  const remainder = remainderOf(plan, result);
  if (remainder.changes.length === 0) return say(`${file} has been undone: ${counted(result.done, "change")} done, none left.`);
  if (isStarted) sayEarlier(`The last undo of ${file}`, plan, result);
  showPlan(remainder, host, options);
  if (!(await confirm(remainder, host, options, "Undo: apply"))) return;
  if (!isStarted) await saveJson(undo.plan, plan);
  await runPlan({ domo, plan, files: undo, options, earlier: isStarted && hasRun ? result : undefined, continueWith: ["undo", file] });
}

/** Returns the plan that undoes what the runs of a plan have done. */
async function planUndo(domo, file, files) {
  const plan = await readPlan(file);
  const { result, hasRun } = await earlierResult(domo, plan, files);
  if (!hasRun) throw new CliError(`${file} has not been applied: neither ${files.journal} nor ${files.result} exists. Keep these files beside the plan.`);
  return { source: { undoOf: file }, ...(await withRoleNames(domo, undoPlan(plan, result))) };
}
