// node offboard.mjs --to anna.boss@example.com ben.doe@example.com carl.roe@example.com
//   prints a plan: the direct reports of the leaving users (ben, carl) get the manager --to, then the leaving users are deleted
// node offboard.mjs --to … … --apply         sends the plan, and keeps it with its result in a file
// node offboard.mjs --undo FILE [--apply]    prints, or sends, the plan that undoes the run of that file
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { connect, formatPlan, undoPlan, userAttributes } from "domo-users";

const options = { to: { type: "string" }, apply: { type: "boolean" }, undo: { type: "string" } };
const { positionals: emails, values: { to, apply, undo } } = parseArgs({ allowPositionals: true, options });
const domo = connect(); // reads the environment variables that the README of the examples names

async function findUser(email) {
  const user = await domo.findUserByEmail(email, { parts: "DETAILED" });
  if (!user) throw new Error(`No user has the e-mail address ${email}`);
  return user;
}
const managerOf = (user) => String(userAttributes(user).reportsTo ?? "");

async function makePlan() {
  if (!to || emails.length === 0) throw new Error("Name the new manager with --to, and the leaving users");
  const newManager = await findUser(to);
  const leaving = new Map();
  for (const email of emails) {
    const user = await findUser(email);
    leaving.set(String(user.id), user);
  }
  const owner = await domo.request({ method: "GET", path: "/api/content/v2/users/me" });
  if (leaving.has(String(owner.id))) throw new Error(`${owner.displayName} is the owner of the token, and cannot be deleted with it`);
  if (leaving.has(String(newManager.id))) throw new Error(`${to} is also in the list of leaving users`);

  /** The new manager does not report to themselves, but to the next manager above who stays, or to nobody. */
  function nextAbove(manager) {
    for (let n = 0; n < leaving.size && leaving.has(manager); n++) manager = managerOf(leaving.get(manager));
    return manager === "" || leaving.has(manager) ? null : manager;
  }
  const rows = [];
  for await (const user of domo.streamUsers({ parts: "DETAILED" })) {
    const [id, manager] = [String(user.id), managerOf(user)];
    if (leaving.has(id) || !leaving.has(manager)) continue;
    rows.push({ id, reportsTo: id === String(newManager.id) ? nextAbove(manager) : newManager.id });
  }
  const plan = await domo.planUsers(rows, { matchBy: "id" });
  for (const user of leaving.values()) {
    const { id, displayName, emailAddress } = user;
    plan.changes.push({ action: "delete", id, before: user, who: { displayName, emailAddress } });
  }
  plan.warnings.push("Content of the leaving users is not moved: give it another owner in Domo before you apply this plan.");
  return plan;
}

function makeUndoPlan() {
  const { plan, result } = JSON.parse(readFileSync(undo, "utf8"));
  return undoPlan(plan, result);
}

const plan = undo ? makeUndoPlan() : await makePlan();
console.log(formatPlan(plan, { color: process.stdout.isTTY }));
if (apply) {
  // Deletes are sent last: after a failure nobody is deleted. A user who was changed since the plan was made is left alone.
  const result = await domo.applyChanges(plan, { stale: "refuse", stopAfterFailures: 1 });
  const file = `offboarding-${Date.now()}.json`;
  writeFileSync(file, JSON.stringify({ plan, result }), { mode: 0o600 }); // it holds personal data
  for (const { error } of result.results) if (error) console.error(`${error.code}: ${error.message}`);
  console.log(`${result.done} done, ${result.failed} failed, ${result.skipped} skipped; the plan and its result are in ${file}`);
  process.exitCode = result.failed + result.skipped > 0 ? 1 : 0;
}
