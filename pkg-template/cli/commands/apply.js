// domo-users apply
import { argumentOf } from "../command-line.js";
import { connectTo } from "../connection.js";
import { IS_JSON, isPipe, sha256Of, startOf, STDIN } from "../desired.js";
import { CliError } from "../errors.js";
import { textOf } from "../files.js";
import { realPath, startedPlansOf } from "../plan-files.js";
import { flagOf, listOptionsOf, planList } from "../plan-options.js";
import { confirm, showPlan } from "../review.js";
import { newestUnfinished, NOTHING, reportNothing } from "../run.js";
import { applyNew, applySaved } from "../saved-plan.js";

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
  await applyNew({ domo, plan, stem: `${file === STDIN ? "stdin" : file}.`, options });
}

/** Returns the path of the newest plan of the same list with the same options whose run was interrupted. */
async function unfinishedPlan(domo, file, options) {
  if (file === STDIN) return undefined;
  const started = await startedPlansOf(file);
  if (started.length === 0) return undefined;
  const [sha256, given] = [await sha256Of(file), JSON.stringify(listOptionsOf(options))];
  return newestUnfinished(domo, started, ({ source }) => source?.sha256 === sha256 && JSON.stringify(source.options) === given);
}
