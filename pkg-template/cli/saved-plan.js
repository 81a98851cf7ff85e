// Applies saved plans.
import { CliError } from "./errors.js";
import { withLocks } from "./lock.js";
import { protectOwner } from "./owner.js";
import { filesOf, isUndone, readPlan } from "./plan-files.js";
import { confirm, counted, showPlan } from "./review.js";
import { earlierResult, remainderOf, reportNothing, runPlan, sayEarlier } from "./run.js";

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
  await startRun({ domo, plan, files, options, earlier: hasRun ? result : undefined });
}

/** Runs a plan: changes whose user has changed since are not sent, unless --force. */
export const startRun = ({ domo, plan, files, options, earlier }) =>
  runPlan({ domo, plan, files, options, earlier, stale: options.force ? "apply" : "refuse", continueWith: ["apply", files.plan], undo: ["undo", files.plan] });
