// node offboard.mjs --to anna.boss@example.com ben.doe@example.com carl.roe@example.com
// Whoever reported to those who leave reports to --to from now on; then those who leave are deleted.
import { parseArgs } from "node:util";
import { connect, userAttributes } from "domo-users";

const { positionals: leaving, values: { to } } = parseArgs({ allowPositionals: true, options: { to: { type: "string" } } });
const domo = connect({
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_TOKEN,
});

async function known(email) {
  const user = await domo.findUserByEmail(email);
  if (!user) throw new Error(`nobody has the e-mail address ${email}`);
  return user;
}

const heir = await known(to);
const goners = new Map();
for (const email of leaving) {
  const user = await known(email);
  goners.set(String(user.id), user);
}

if (goners.has(String(heir.id))) throw new Error(`${to} leaves too`);

const changes = [];
for await (const user of domo.streamUsers({ parts: "DETAILED" })) {
  const manager = String(userAttributes(user).reportsTo ?? "");
  if (goners.has(manager) && !goners.has(String(user.id))) {
    changes.push({ action: "update", id: user.id, changes: { attributes: [{ key: "reportsTo", values: [String(heir.id)] }] } });
  }
}
const reports = changes.length;
for (const { id } of goners.values()) changes.push({ action: "delete", id }); // applied last, whatever its place

const { done, failed, results } = await domo.applyChanges(changes, { stopAfterFailures: 1 });
for (const { error } of results) if (error) console.error(`${error.code}: ${error.message}`);
console.log(`${reports} people report to ${heir.displayName} now, ${goners.size} are gone: ${done} done, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
