// domo-users update
import { connectTo } from "../connection.js";
import { readData } from "../data.js";
import { CliError } from "../errors.js";
import { inOptions } from "../messages.js";
import { folded, reasonsOf, refuseUnchangeable, valuesOf, withoutRows } from "../single-users.js";
import { planWithProgress } from "../reading.js";
import { confirm, showPlan } from "../review.js";
import { runPlan } from "../run.js";
import { say } from "../terminal.js";
import { findUsers, labelOf, writeUser } from "../users.js";

export async function run(given, pairs, options) {
  const changes = { ...(options.data !== undefined && (await readData(options.data, options))), ...changesOf(pairs) };
  if (Object.keys(changes).length === 0) throw new CliError("Nothing is to be changed. Give changes as key=value, or as JSON with --data.");
  if (Object.hasOwn(changes, "id")) throw new CliError("The id of a user cannot be changed. Leave it out.");
  const isEmpty = (value) => String(value ?? "").trim() === "";
  const empty = Object.keys(changes).find((key) => NEVER_EMPTY.has(folded(key)) && isEmpty(changes[key]));
  if (empty !== undefined) throw new CliError(`${empty} cannot be empty: every user has one. Give a value, or leave it out.`);
  refuseUnchangeable(changes);
  const { domo, host } = await connectTo(options);
  const [user] = (await findUsers(domo, [given])).values();
  const plan = await planUpdate(domo, user, changes, options);
  showPlan(plan, host);
  if (plan.changes.length === 0) {
    // A warning says which values count as equal.
    say(plan.warnings.length === 0 ? "There is nothing to change: the user has these values." : "There is nothing to change.");
    if (options.json || options.output) await writeUser(domo, user, options);
    return;
  }
  if (!(await confirm(plan, host, options))) return;
  const { results } = await runPlan({ domo, plan, options: { ...options, json: false, output: undefined } });
  if (results[0].user && (options.json || options.output)) await writeUser(domo, results[0].user, options);
}

/** Fields that no user is without, folded. An empty value of a list leaves them unchanged. */
const NEVER_EMPTY = new Set(["displayname", "emailaddress", "email", "roleid", "role", "username"]);

/** Reads `key=value` arguments; a key may be given once. */
function changesOf(pairs) {
  const changes = Object.create(null); // keys may be __proto__ or constructor
  for (const each of pairs) {
    const separator = each.indexOf("=");
    if (separator < 1) throw new CliError(`A change is written as key=value, or key= to clear an attribute; received ${JSON.stringify(each)}.`);
    const key = each.slice(0, separator).trim();
    if (key in changes) throw new CliError(`${key} is given twice. Give it once; several values of an attribute are written as ${key}='["a","b"]'.`);
    const value = each.slice(separator + 1);
    changes[key] = value.trim() === "" ? null : valuesOf(value);
  }
  return changes;
}

async function planUpdate(domo, { id, displayName, emailAddress }, changes, options) {
  const { newAttribute } = options;
  try {
    const plan = await planWithProgress(domo, [{ id, ...changes }], { matchBy: "id", emptyCells: "clear", ...(newAttribute && { newAttributes: newAttribute }) }, options);
    return withoutRows(plan);
  } catch (error) {
    if (error?.code !== "INVALID_INPUT" || !error.rows?.length) throw inOptions(error, "the change");
    throw new CliError(`${labelOf({ id, displayName, emailAddress })} cannot be changed like this:\n${reasonsOf(error)}`);
  }
}
