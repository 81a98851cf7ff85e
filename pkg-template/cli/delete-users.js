// Deletes users: what `delete` and `offboard` share.
import { userAttributes } from "domo-users";
import { commandLine } from "./command-line.js";
import { connectTo } from "./connection.js";
import { CliError, EXIT } from "./errors.js";
import { reasonsOf, withoutRows } from "./single-users.js";
import { ownerOf } from "./owner.js";
import { startedPlansOf } from "./plan-files.js";
import { planWithProgress, withProgress } from "./reading.js";
import { confirm, deletesOf, showPlan, withRoleNames } from "./review.js";
import { newestUnfinished } from "./run.js";
import { applyNew, applySaved } from "./saved-plan.js";
import { counted, interrupt, say } from "./terminal.js";
import { findUsers, labelOf } from "./users.js";

/** Resolves with the id of the token's owner. If the instance does not tell, nobody is deleted: it could be the owner. */
async function ownerId(domo) {
  const { id, reason } = await ownerOf(domo);
  if (id !== undefined) return id;
  throw new CliError(
    `The instance did not tell who the owner of the token is, who cannot be deleted with it: ${reason}\nNothing was changed. Find the reason with ${commandLine("doctor")}, or plan a list without these users, and name your own id: ${commandLine("plan", "people.csv", "--delete-missing")} --protect <your id>`,
    EXIT.FAILED,
  );
}

/** Reads the ids of all users, the ids of managers by those who report to somebody, and the ids of users by their address in lower case. */
async function readManagers(domo, options) {
  const [ids, managers, byAddress] = [[], new Map(), new Map()];
  for await (const user of withProgress(domo, domo.streamUsers({ parts: "DETAILED", signal: interrupt }), options)) {
    const id = Number(user.id);
    ids.push(id);
    const address = user.emailAddress?.trim().toLowerCase();
    if (address) byAddress.set(address, [...(byAddress.get(address) ?? []), id]);
    const manager = Number(userAttributes(user).reportsTo ?? user.reportsTo);
    if (manager > 0) managers.set(id, manager);
  }
  return { ids, managers, byAddress };
}

/** Refuses an address that several users have: the instance returned one of them. */
function refuseSharedAddresses(given, byAddress) {
  for (const each of given.filter((one) => one.includes("@"))) {
    const ids = byAddress.get(each.trim().toLowerCase()) ?? [];
    if (ids.length > 1) throw new CliError(`${ids.length} users have the address ${each}: id ${ids.join(", id ")}. Nothing was changed. Give the id of the one who is meant.`);
  }
}

/** Returns the manager of a user above all who leave; null if there is none. */
function managerAbove(id, managers, leaving) {
  const seen = new Set();
  for (let manager = managers.get(id); manager !== undefined && !seen.has(manager); manager = managers.get(manager)) {
    if (!leaving.has(manager) && manager !== id) return manager;
    seen.add(manager);
  }
  return null;
}

/** Returns the new managers of those who report to users who leave, by their ids. */
function newManagers(managers, leaving, to) {
  const reports = [...managers].filter(([id, manager]) => leaving.has(manager) && !leaving.has(id)).map(([id]) => id);
  return new Map(reports.map((id) => [id, id === to ? managerAbove(id, managers, leaving) : to]));
}

/**
 * Plans the delete of users, shows it, asks, and carries it out.
 * @param given ids or e-mail addresses
 * @param to the new manager of their reports, by id or e-mail address, for `offboard`
 */
export async function deleteUsers(command, given, to, options) {
  const { domo, host } = await connectTo(options);
  const source = { command: [command, ...given, ...(to === undefined ? [] : ["--to", to])] };
  const unfinished = await newestUnfinished(domo, await startedPlansOf(`domo-users-${command}`), (plan) => JSON.stringify(plan.source?.command) === JSON.stringify(source.command));
  if (unfinished) return applySaved({ domo, host, file: unfinished, options });

  const leaving = await findUsers(domo, given);
  const [manager] = to === undefined ? [] : (await findUsers(domo, [to])).values();
  if (manager && leaving.has(manager.id)) throw new CliError(`${labelOf(manager)} is to be deleted, and cannot be the new manager. Give another user with --to.`);
  const owner = leaving.get(await ownerId(domo));
  if (owner) throw new CliError(`${labelOf(owner)} is the owner of the token, who cannot be deleted with it. Use a token of another administrator.`);

  const { ids, managers, byAddress } = await readManagers(domo, options);
  refuseSharedAddresses([...given, ...(to === undefined ? [] : [to])], byAddress);
  const moved = manager ? newManagers(managers, leaving, manager.id) : new Map();
  const desired = function* () {
    for (const id of ids) if (!leaving.has(id)) yield moved.has(id) ? { id, reportsTo: moved.get(id) } : { id };
  };
  const planned = await planWithProgress(domo, desired(), { matchBy: "id", deleteMissing: true, maxDeletes: leaving.size }, options).catch((error) => {
    // Somebody was created, or deleted: a row is for an id that was read just before.
    if (error?.code === "TOO_MANY_DELETES" || error?.rows?.some(({ column }) => column === "id")) throw changedMeanwhile();
    throw error?.rows?.length > 0 ? new CliError(`These changes cannot be made:\n${reasonsOf(error)}\nNothing was changed.`) : error;
  });
  checkPlan(planned, leaving, moved);
  const plan = { source, ...(await withRoleNames(domo, withoutRows(planned))) };

  showPlan(plan, host, options);
  if (!manager) sayReports(managers, leaving, given);
  if (!(await confirm(plan, host, options))) return;
  await applyNew({ domo, plan, stem: `domo-users-${command}-`, options });
}

const changedMeanwhile = () =>
  new CliError("The users of the instance have changed while the plan was made, or the instance does not list all of them. Nothing was changed; give the command again.", EXIT.FAILED);

/** Refuses a plan that does more or less than it should: somebody may have been created or deleted since the users were read. */
function checkPlan({ changes, warnings }, leaving, moved) {
  const deletes = deletesOf({ changes }).map(({ id }) => id);
  const kept = [...leaving.values()].filter(({ id }) => !deletes.includes(id));
  if (kept.length > 0 && deletes.length + kept.length === leaving.size) {
    throw new CliError(`The plan does not delete ${kept.map(labelOf).join(", ")}. Nothing was changed.${warnings.map((warning) => `\n- ${warning}`).join("")}`, EXIT.FAILED);
  }
  const isExpected = ({ action, id }) => (action === "delete" ? leaving.has(id) : action === "update" && moved.has(id));
  if (kept.length > 0 || !changes.every(isExpected)) throw changedMeanwhile();
}

function sayReports(managers, leaving, given) {
  const reports = [...managers].filter(([id, manager]) => leaving.has(manager) && !leaving.has(id)).length;
  if (reports === 0) return;
  say(`${counted(reports, "user")} ${reports === 1 ? "reports" : "report"} to those who are deleted. To give them another manager first: ${commandLine("offboard", ...given)} --to <user>`);
}
