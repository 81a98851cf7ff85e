// domo-users undo
import { undoPlan } from "domo-users";
import { argumentOf, commandLine } from "../command-line.js";
import { connectTo } from "../connection.js";
import { CliError, EXIT } from "../errors.js";
import { withLocks } from "../lock.js";
import { protectOwner } from "../owner.js";
import { earlierNamesOf, isUndone, readPlan, realPath, removeRun, saveJson } from "../plan-files.js";
import { confirm, showPlan, withRoleNames } from "../review.js";
import { filesOf } from "../run-files.js";
import { earlierResult, NOTHING, personOf, remainderOf, reportNothing, runPlan, sayEarlier } from "../run.js";
import { counted } from "../terminal.js";

export async function run(given, options) {
  const { domo, host } = await connectTo(options);
  const path = realPath(argumentOf(given));
  const files = filesOf(path);
  const undo = filesOf(files.undo);
  // Taken first: another run could change what there is to undo.
  await withLocks([files.lock, undo.lock], () => undoLocked({ domo, host, file: path, files, undo, options }));
}

async function undoLocked({ domo, host, file, files, undo, options }) {
  const isStarted = isUndone(files);
  const plan = isStarted ? await readPlan(undo.plan) : await planUndo(domo, file, files, options);
  if (plan.changes.length === 0) {
    showPlan(plan, host, options);
    return reportNothing(NOTHING, options, "There is nothing to undo.");
  }
  const { result, hasRun } = await earlierResult(domo, plan, undo);
  const remainder = remainderOf(plan, result);
  if (remainder.changes.length === 0) return reportNothing(result, options, `${file} has been undone: ${counted(result.done, "change")} done, none left.`);
  await protectOwner(domo, remainder);
  if (isStarted) sayEarlier(`The last undo of ${file}`, plan, result);
  showPlan(remainder, host, options);
  if (!(await confirm(remainder, host, options, "Undo: apply"))) return;
  if (!isStarted) await saveJson(undo.plan, plan);
  const done = await runPlan({ domo, plan, files: undo, options, earlier: isStarted && hasRun ? result : undefined, continueWith: ["undo", file] });
  // As if it had not been started: the plan can still be continued.
  if (!mayHaveEffect(done)) removeRun(undo);
}

/** Whether a run has changed something, or may have. */
const mayHaveEffect = ({ results }) => results.some((result) => result.status === "done" || result.user || isUnclear(result));

/** Whether a change that is not done may have taken effect. */
const isUnclear = ({ status, unclear, error }) => status !== "done" && (unclear || error?.code === "OUTCOME_UNKNOWN");

/** Returns the plan that undoes what the runs of a plan have done. */
async function planUndo(domo, file, files, options) {
  const plan = await readPlan(file);
  const { result, hasRun } = await earlierResult(domo, plan, files);
  if (!hasRun) throw await notApplied(file, files);
  if (!options.force) refuseUnclear(file, plan, result);
  return { source: { undoOf: file }, ...(await withRoleNames(domo, undoPlan(plan, result))) };
}

async function notApplied(file, files) {
  const [earlier] = await earlierNamesOf(files);
  const hint = earlier === undefined ? "Keep these files beside the plan." : `The plan that had this name before is now ${earlier}. To undo it: ${commandLine("undo", earlier)}`;
  return new CliError(`${file} has not been applied: neither ${files.journal} nor ${files.result} exists. ${hint}`);
}

/** The most users that a message names. */
const MOST_NAMED = 20;

/**
 * Refuses to undo a run in which changes were started, but may not have taken effect: the undo would leave them out, and the plan could not be continued after it.
 * Continuing the run looks at these users first.
 */
function refuseUnclear(file, plan, { results }) {
  const unclear = results.filter(isUnclear);
  if (unclear.length === 0) return;
  const names = unclear.slice(0, MOST_NAMED).map(({ index }) => `\n- ${personOf(plan.changes[index])}`);
  const more = unclear.length > MOST_NAMED ? `\n  … and ${(unclear.length - MOST_NAMED).toLocaleString("en")} more` : "";
  throw new CliError(
    `${counted(unclear.length, "change")} of ${file} ${unclear.length === 1 ? "was" : "were"} started, and it is not known whether ${unclear.length === 1 ? "it" : "they"} took effect:${names.join("")}${more}\nNothing was changed. Continue the run, which looks at these users first: ${commandLine("apply", file)}. Then undo it. To undo only what is known to be done: ${commandLine("undo", file, "--force")}`,
    EXIT.FAILED,
  );
}
