// domo-users plan
import { formatPlan } from "domo-users";
import { connectTo } from "../connection.js";
import { EXIT } from "../errors.js";
import { isTerminal, write, writeObject } from "../output.js";
import { keepAppliedPlan, saveJson } from "../plan-files.js";
import { planList } from "../plan-options.js";
import { commandLine, connectionOf } from "../review.js";
import { hasColors, say } from "../terminal.js";

/** The most changes that the package prints. */
export const ALL = 2 ** 32 - 1;

export async function run(file, options) {
  const { domo } = await connectTo(options);
  const plan = await planList(domo, file, options);
  const { output, json, all } = options;
  if (json) await writeObject(plan, { json });
  else await write([`${formatPlan(plan, { color: isTerminal({}) && hasColors(process.stdout), ...(all && { maxChanges: ALL }) })}\n`]);
  const hasChanges = plan.changes.length > 0;
  if (output !== undefined) {
    await keepAppliedPlan(output);
    await saveJson(output, plan);
    say(hasChanges ? `Saved as ${output}. Apply it: ${commandLine("apply", output, ...connectionOf(options))}` : `Saved as ${output}. There is nothing to apply.`);
  } else if (hasChanges && process.stderr.isTTY) {
    say("Add -o plan.json to save this plan, then: domo-users apply plan.json");
  }
  if (options.exitCode && hasChanges) process.exitCode = EXIT.CHANGES;
}
