// What is shown and asked before changes are sent.
import { createInterface } from "node:readline/promises";
import { formatPlan } from "domo-users";
import { CliError, EXIT } from "./errors.js";
import { hasColors, interrupt, say } from "./terminal.js";

/** Returns "1 change" or "1,000 changes". */
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Returns an argument as the shells of this computer take it. */
const quoted = (argument) => (process.platform === "win32" ? quotedOnWindows : quotedForSh)(argument);

function quotedForSh(argument) {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  return /["$`!\\]/.test(argument) ? `'${argument.replaceAll("'", `'\\''`)}'` : `"${argument}"`;
}

/** cmd.exe and PowerShell both understand double quotes. Only PowerShell gives `$` and the backtick a meaning in them, and it takes single quotes. */
function quotedOnWindows(argument) {
  if (/^[\w%+=:./\\-][\w@%+=:./\\-]*$/.test(argument)) return argument;
  if (/[$`]/.test(argument)) return `'${argument.replaceAll("'", "''")}'`;
  return `"${argument.replace(/(\\*)("|$)/g, (_, slashes, quote) => slashes + slashes + (quote && `\\${quote}`))}"`;
}

/** The command as the user calls it. npm sets these variables for `npx`. */
const PROGRAM = process.env.npm_command === "exec" || process.env.npm_lifecycle_event === "npx" ? "npx domo-users" : "domo-users";

/** Returns a command as it is typed. */
export const commandLine = (...args) => [PROGRAM, ...args.map(quoted)].join(" ");

/** Returns the options of a command that say which instance it is for. */
export const connectionOf = ({ instance, baseUrl }) => (instance ? ["--instance", instance] : baseUrl ? ["--base-url", baseUrl] : []);

/** The most changes that the package prints. */
export const ALL = 2 ** 32 - 1;

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

/** Prints a plan on stderr, with the instance. */
export function showPlan(plan, host, { all } = {}) {
  process.stderr.write(`${formatPlan(plan, { color: hasColors(process.stderr), ...(all && { maxChanges: ALL }) })}\n`);
  if (plan.instance === undefined) say(`Instance: ${host}\n`);
}

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
  const deletes = plan.changes.filter(({ action }) => action === "delete").length;
  const question = `${verb} ${counted(plan.changes.length, "change")} to ${host}?`;
  const answer = (await (deletes > 0 ? askForDeletes(question, deletes) : ask(`${question} [y/N] `)))?.trim() ?? "";
  const isConfirmed = deletes > 0 ? answer.replaceAll(",", "") === String(deletes) : /^y(es)?$/i.test(answer);
  if (!isConfirmed) {
    process.exitCode = EXIT.FAILED;
    const isNo = /^(no?)?$/i.test(answer);
    say(isNo ? "Nothing was changed." : `You typed ${JSON.stringify(answer)}; ${deletes > 0 ? deletes : "y"} was expected. Nothing was changed.`);
  }
  return isConfirmed;
}

function askForDeletes(question, deletes) {
  say(`${question} ${counted(deletes, "user")} will be deleted.`);
  return ask("Type the number of users who will be deleted to continue: ");
}
