// node sync.mjs people.csv           shows what would change
// node sync.mjs people.csv --apply   changes it; after a crash, the same command goes on where it was
import { appendFileSync, createReadStream, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { connect, isDomoError } from "domo-users";

const { positionals: [file = "people.csv"], values: { apply } } = parseArgs({ allowPositionals: true, options: { apply: { type: "boolean" } } });
const domo = connect({
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_TOKEN,
});

const [planFile, journalFile] = ["sync.plan.json", "sync.journal"];

async function makePlan() {
  // A run that was interrupted is finished first, by its own plan.
  if (existsSync(journalFile)) return JSON.parse(readFileSync(planFile, "utf8"));
  return domo.planUsers(Readable.toWeb(createReadStream(file)));
}

function show({ action, id, user, changes, before }) {
  const who = user?.emailAddress ?? before?.emailAddress ?? id;
  console.log(`${action.padEnd(7)}${who}${changes ? `  ${JSON.stringify(changes)}` : ""}`);
}

try {
  const plan = await makePlan();
  for (const warning of plan.warnings) console.error(warning);
  plan.changes.forEach(show);
  console.log(`${plan.changes.length} changes, ${plan.unchanged} people are as the list says`);
  if (apply && plan.changes.length > 0) {
    writeFileSync(planFile, JSON.stringify(plan));
    const journal = {
      read: () => (existsSync(journalFile) ? readFileSync(journalFile, "utf8").split("\n") : []),
      append: (line) => appendFileSync(journalFile, `${line}\n`),
    };
    const { done, failed, skipped, results } = await domo.applyChanges(plan, { journal });
    for (const { index, error } of results) if (error) console.error(`change ${index}: ${error.code}: ${error.message}`);
    console.log(`${done} done, ${failed} failed, ${skipped} skipped`);
    if (failed + skipped === 0) for (const one of [planFile, journalFile]) rmSync(one);
    else process.exitCode = 1;
  }
} catch (error) {
  if (!isDomoError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
