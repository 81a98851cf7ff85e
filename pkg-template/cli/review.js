// What is shown and asked before changes are sent.
import { createInterface } from "node:readline/promises";
import { formatPlan } from "domo-users";
import { CliError, EXIT } from "./errors.js";
import { counted, hasColors, interrupt, say } from "./terminal.js";
import { labelOf } from "./users.js";

/** Returns a plan with the names of all roles that it mentions: a plan that only deletes users holds ids. Without names if the instance does not list its roles. */
export async function withRoleNames(domo, plan) {
  const named = plan.names?.roles ?? {};
  const ids = plan.changes.flatMap(({ user, changes, before }) => [user?.roleId, changes?.roleId, before?.roleId]);
  const missing = new Set(ids.filter((id) => id !== undefined && named[id] === undefined).map(Number));
  if (missing.size === 0) return plan;
  try {
    const roles = (await domo.listRoles({ signal: interrupt })).filter(({ id }) => missing.has(id));
    return { ...plan, names: { ...plan.names, roles: { ...named, ...Object.fromEntries(roles.map(({ id, name }) => [id, name])) } } };
  } catch (error) {
    if (interrupt.aborted) throw error;
    return plan;
  }
}

const CONTENT =
  "Content that these users own is not moved, and may stay without an owner. To move it, delete these users in Domo itself, which asks who gets their content.";

/** How many changes are printed, without --all and with it: the package accepts no more. */
const [MOST_CHANGES, ALL] = [100, 2 ** 32 - 1];

/** Returns a plan as it is printed. */
export const formatted = (plan, color, { all }) => `${formatPlan(plan, { color, maxChanges: all ? ALL : MOST_CHANGES })}\n`;

/** Says how to see the changes that were not printed. */
export function sayCut({ changes }, { all }) {
  if (!all && changes.length > MOST_CHANGES) say(`To print all ${counted(changes.length, "change")}, add --all.`);
}

/** Prints a plan on stderr, with the instance, and what its deletes lose. */
export function showPlan(plan, host, options = {}) {
  process.stderr.write(formatted(plan, hasColors(process.stderr), options));
  if (plan.instance === undefined) say(`Instance: ${host}\n`);
  sayCut(plan, options);
  if (deletesOf(plan).length > 0) say(CONTENT);
}

/** Returns the deletes of a plan. */
export const deletesOf = ({ changes }) => changes.filter(({ action }) => action === "delete");

/** Drops what was typed before the question was seen: it cannot be the answer. */
async function dropTypedAhead() {
  const drop = () => {};
  process.stdin.on("data", drop);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdin.off("data", drop).pause();
}

/** Asks a question on stderr and returns the answer; undefined if stdin ends. */
async function ask(question) {
  await dropTypedAhead();
  // Without the terminal mode of readline, Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const ended = new Promise((resolve) => lines.once("close", () => resolve(undefined)));
    return await Promise.race([lines.question(question, { signal: interrupt }), ended]);
  } catch (error) {
    if (interrupt.aborted) say("\nNothing was changed.");
    throw error;
  } finally {
    lines.close();
    process.stdin.unref?.();
  }
}

/**
 * Asks whether the changes of a plan may be sent, unless `--yes` was given. Returns the answer; if it is no, says so and sets the exit code.
 * @throws {CliError} if nobody can be asked
 */
export async function confirm(plan, host, { yes }, verb = "Apply") {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CliError("Nothing was changed: without a terminal nobody can be asked. Pass --yes to send the changes without asking.");
  }
  const leaving = deletesOf(plan);
  const deletes = leaving.length;
  const question = `${verb} ${counted(plan.changes.length, "change")} to ${host}?`;
  const answer = (await (deletes > 0 ? askForDeletes(question, leaving) : ask(`${question} [y/N] `)))?.trim() ?? "";
  const isConfirmed = deletes > 0 ? answer.replaceAll(",", "") === String(deletes) : /^y(es)?$/i.test(answer);
  if (!isConfirmed) {
    process.exitCode = EXIT.FAILED;
    const isNo = /^(no?)?$/i.test(answer);
    say(isNo ? "Nothing was changed." : `You typed ${JSON.stringify(answer)}; ${deletes > 0 ? deletes : "y"} was expected. Nothing was changed.`);
  }
  return isConfirmed;
}

/** The most users that the question names. */
const MOST_NAMED = 5;

function askForDeletes(question, deletes) {
  const named = deletes.slice(0, MOST_NAMED).map(({ id, before, who }) => labelOf({ id, ...before, ...who }));
  const more = deletes.length > MOST_NAMED ? `, and ${(deletes.length - MOST_NAMED).toLocaleString("en")} more` : "";
  say(`${question} ${counted(deletes.length, "user")} will be deleted: ${named.join(", ")}${more}.`);
  return ask("Type the number of users who will be deleted to continue: ");
}
