// Runs the second Code Engine file on your own machine. Each run stops at its deadline and returns a cursor for the next run.
const Module = require("node:module");

async function main() {
  const { mockDomo } = require("domo-users/mock");
  const codeengine = mockDomo({ users: 50 }).codeengine();

  // In Code Engine, require("codeengine") returns Domo's module; here it returns the mock's.
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "codeengine" ? codeengine : load(name, ...rest));

  const { planUsers, applyChanges, findUserByEmail } = require("domo-users/codeengine/directory");
  const rows = Array.from({ length: 200 }, (_, n) => `new${n}@example.com,New ${n},4`);
  const desired = { csv: ["email,displayName,roleId", ...rows].join("\n") };
  const plan = await planUsers(desired);
  console.log(`planUsers: ${plan.changes.length} changes`);
  let cursor = null;
  do {
    const outcome = await applyChanges(plan, cursor, { deadlineMs: 50 }); // four minutes by default
    console.log(`applyChanges: ${outcome.done} done, ${outcome.failed} failed, ${outcome.skipped} skipped`);
    ({ cursor } = outcome);
  } while (cursor !== null);
  console.log(`findUserByEmail: ${(await findUserByEmail("NEW7@example.com")).displayName}`);
  console.log(`planUsers: ${(await planUsers(desired)).changes.length} changes`);
}

main();
