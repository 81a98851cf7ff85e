// domo-users apply
import { connectTo } from "../connection.js";
import { argumentOf, IS_JSON, isPipe, sha256Of, startOf, STDIN } from "../desired.js";
import { CliError } from "../errors.js";
import { textOf } from "../files.js";
import { withLocks } from "../lock.js";
import { filesOf, realPath, saveJson, startedPlansOf, takePath, timestamp } from "../plan-files.js";
import { flagOf, listOptionsOf, planList } from "../plan-options.js";
import { confirm, showPlan } from "../review.js";
import { newestUnfinished, NOTHING, reportNothing } from "../run.js";
import { applySaved, startRun } from "../saved-plan.js";
import { say } from "../terminal.js";

export async function run(given, options) {
  const file = argumentOf(given);
  if (file !== STDIN && (await isPipe(file))) throw new CliError(`${file} is a pipe, so its plan cannot be saved beside it. Pipe the list instead, and give - as the file.`);
  const isPlan = file !== STDIN && IS_JSON.test(textOf(await startOf(file)));
  const listOptions = Object.keys(listOptionsOf(options));
  if (isPlan && listOptions.length > 0) {
    throw new CliError(`${file} is a saved plan, and ${flagOf(listOptions[0])} is for lists. Leave it out, or plan the list again with it.`);
  }
  const { domo, host } = await connectTo(options);
  if (isPlan) return applySaved({ domo, host, file: realPath(file), options });
  const unfinished = await unfinishedPlan(domo, file, options);
  if (unfinished) return applySaved({ domo, host, file: unfinished, options });
  return applyList({ domo, host, file, options });
}

/** Plans a list, saves the plan beside it, and applies it. */
async function applyList({ domo, host, file, options }) {
  const plan = await planList(domo, file, options);
  showPlan(plan, host, options);
  if (plan.changes.length === 0) return reportNothing(NOTHING, options, "There is nothing to change.");
  if (!(await confirm(plan, host, options))) return;
  const path = takePath(`${file === STDIN ? "stdin" : file}.${timestamp()}`, ".plan.json");
  await saveJson(path, plan);
  say(`The plan is saved as ${path}.`);
  const files = filesOf(path);
  await withLocks([files.lock], () => startRun({ domo, plan, files, options }));
}

/** Returns the path of the newest plan of the same list with the same options whose run was interrupted. */
async function unfinishedPlan(domo, file, options) {
  if (file === STDIN) return undefined;
  const started = await startedPlansOf(file);
  if (started.length === 0) return undefined;
  const [sha256, given] = [await sha256Of(file), JSON.stringify(listOptionsOf(options))];
  return newestUnfinished(domo, started, ({ source }) => source?.sha256 === sha256 && JSON.stringify(source.options) === given);
}
