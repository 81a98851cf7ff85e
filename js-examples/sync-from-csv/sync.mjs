// node sync.mjs people.csv           prints the plan that makes the instance match the file
// node sync.mjs people.csv --apply   applies the plan; after an interruption, run the same command again to continue
// node sync.mjs --undo FILE          prints the plan that undoes a run; with --apply, applies it
import { appendFileSync, createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { connect, formatPlan, isDomoError, undoPlan } from "domo-users";

const options = { apply: { type: "boolean" }, undo: { type: "string" } };
const { positionals: [file = "people.csv"], values: { apply, undo } } = parseArgs({ allowPositionals: true, options });
const domo = connect(); // reads the environment variables that the README of the examples names

const [planFile, journalFile] = ["sync.plan.json", "sync.journal"];
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Plans and results hold personal data, so only their owner may read the file. It is renamed when it is complete. */
function writeJson(path, value) {
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

async function makePlan() {
  if (existsSync(journalFile)) {
    console.log(`Continuing the interrupted run with its own plan, ${planFile}.`);
    return readJson(planFile);
  }
  if (undo) {
    const { plan, result } = readJson(undo);
    return undoPlan(plan, result);
  }
  return domo.planUsers(Readable.toWeb(createReadStream(file)));
}

try {
  const plan = await makePlan();
  console.log(formatPlan(plan, { color: process.stdout.isTTY }));
  if (apply && plan.changes.length > 0) {
    writeJson(planFile, plan);
    const journal = {
      read: () => (existsSync(journalFile) ? readFileSync(journalFile, "utf8").split("\n") : []),
      append: (line) => appendFileSync(journalFile, `${line}\n`, { mode: 0o600 }),
    };
    // A change whose user was changed since the plan was made is not sent.
    const result = await domo.applyChanges(plan, { journal, stale: "refuse" });
    for (const { index, error } of result.results) if (error) console.error(`change ${index}: ${error.code}: ${error.message}`);
    console.log(`${result.done} done, ${result.failed} failed, ${result.skipped} skipped`);
    const runFile = `sync-${Date.now()}.json`;
    writeJson(runFile, { plan, result });
    if (result.skipped > 0) {
      console.log("The run was interrupted: run the same command again to continue.");
    } else {
      // The next plan contains the failed changes again.
      for (const path of [planFile, journalFile]) rmSync(path);
      console.log(`To undo this run: node sync.mjs --undo ${runFile} --apply`);
    }
    if (result.failed + result.skipped > 0) process.exitCode = 1;
  }
} catch (error) {
  if (!isDomoError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
