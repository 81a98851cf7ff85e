// node offboard.mjs --to anna.boss@example.com ben.doe@example.com carl.roe@example.com
// Gives the direct reports of the leaving users to the manager --to, then deletes the leaving users.
import { parseArgs } from "node:util";
import { connect, userAttributes } from "domo-users";

const { positionals: leaving, values: { to } } = parseArgs({ allowPositionals: true, options: { to: { type: "string" } } });
const domo = connect(); // reads the environment variables that the README of the examples names

async function findUser(email) {
  const user = await domo.findUserByEmail(email);
  if (!user) throw new Error(`No user has the e-mail address ${email}`);
  return user;
}

const newManager = await findUser(to);
const leavingUsers = new Map();
for (const email of leaving) {
  const user = await findUser(email);
  leavingUsers.set(String(user.id), user);
}

if (leavingUsers.has(String(newManager.id))) throw new Error(`${to} is also in the list of leaving users`);

const changes = [];
for await (const user of domo.streamUsers({ parts: "DETAILED" })) {
  const manager = String(userAttributes(user).reportsTo ?? "");
  if (leavingUsers.has(manager) && !leavingUsers.has(String(user.id))) {
    changes.push({ action: "update", id: user.id, changes: { attributes: [{ key: "reportsTo", values: [String(newManager.id)] }] } });
  }
}
const reports = changes.length;
for (const { id } of leavingUsers.values()) changes.push({ action: "delete", id }); // deletes are always applied last

const { done, failed, results } = await domo.applyChanges(changes, { stopAfterFailures: 1 });
for (const { error } of results) if (error) console.error(`${error.code}: ${error.message}`);
console.log(`${reports} users now report to ${newManager.displayName}, ${leavingUsers.size} users deleted: ${done} done, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
