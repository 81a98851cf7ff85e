// domo-users plan
import { resolve } from "node:path";
import { argumentOf, commandLine } from "../command-line.js";
import { connectTo } from "../connection.js";
import { CliError, EXIT } from "../errors.js";
import { isTerminal, isToFile, write, writeObject } from "../output.js";
import { checkReplaceable, saveNewPlan } from "../plan-files.js";
import { planList } from "../plan-options.js";
import { formatted, sayCut } from "../review.js";
import { hasColors, say } from "../terminal.js";

export async function run(file, options) {
  const output = isToFile(options) ? argumentOf(options.output) : undefined;
  const json = options.json || options.output === "-";
  if (output !== undefined && resolve(output) === resolve(file)) throw new CliError(`The plan would replace the list ${file}. Give another file with -o.`);
  if (output !== undefined) await checkReplaceable(output);
  const { domo } = await connectTo(options);
  const plan = await planList(domo, file, options);
  // Saved first: the reader of stdout may close it.
  const failure = output === undefined ? undefined : await saveNewPlan(output, plan).catch((error) => error);
  const hasChanges = plan.changes.length > 0;
  if (options.exitCode && hasChanges) process.exitCode = EXIT.CHANGES;
  if (json) await writeObject(plan, { json });
  else await write([formatted(plan, isTerminal({}) && hasColors(process.stdout), options)]);
  if (!json) sayCut(plan, options);
  if (output !== undefined) {
    if (failure) throw failure;
    say(hasChanges ? `Saved as ${output}. Apply it: ${commandLine("apply", output)}` : `Saved as ${output}. There is nothing to apply.`);
  } else if (hasChanges && process.stderr.isTTY) {
    say(`Add -o plan.json to save this plan, then: ${commandLine("apply", "plan.json")}`);
  }
}
