// node sync.mjs people.csv           prints the plan that makes the instance match the file
// node sync.mjs people.csv --apply   applies them; after a crash, run the same command again to continue
import { appendFileSync, createReadStream, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { connect, formatPlan, isDomoError } from "domo-users";

const { positionals: [file = "people.csv"], values: { apply } } = parseArgs({ allowPositionals: true, options: { apply: { type: "boolean" } } });
const domo = connect(); // reads the environment variables that the README of the examples names

const [planFile, journalFile] = ["sync.plan.json", "sync.journal"];

async function makePlan() {
  // An interrupted run is finished first, with its own plan.
  if (existsSync(journalFile)) return JSON.parse(readFileSync(planFile, "utf8"));
  return domo.planUsers(Readable.toWeb(createReadStream(file)));
}

try {
  const plan = await makePlan();
  console.log(formatPlan(plan, { color: process.stdout.isTTY }));
  if (apply && plan.changes.length > 0) {
    writeFileSync(planFile, JSON.stringify(plan));
    const journal = {
      read: () => (existsSync(journalFile) ? readFileSync(journalFile, "utf8").split("\n") : []),
      append: (line) => appendFileSync(journalFile, `${line}\n`),
    };
    const { done, failed, skipped, results } = await domo.applyChanges(plan, { journal });
    for (const { index, error } of results) if (error) console.error(`change ${index}: ${error.code}: ${error.message}`);
    console.log(`${done} done, ${failed} failed, ${skipped} skipped`);
    if (failed + skipped === 0) for (const file of [planFile, journalFile]) rmSync(file);
    else process.exitCode = 1;
  }
} catch (error) {
  if (!isDomoError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
