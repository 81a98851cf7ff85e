// What the commands for single users share.
import { CliError, EXIT } from "./errors.js";
import { interrupt } from "./terminal.js";
import { findUser } from "./users.js";

/** Returns a user as messages name them. */
export const nameOf = ({ id, displayName, emailAddress }) => `${displayName ?? id} <${emailAddress ?? `id ${id}`}>`;

/** Returns a plan whose changes have no rows, since they come from no list. */
export const withoutRows = (plan) => ({ ...plan, changes: plan.changes.map(({ row, ...change }) => change) });

/** Finds the users that were given by id or e-mail address, each once. */
export async function findUsers(domo, given) {
  const users = new Map();
  const errors = [];
  for (const each of given) {
    try {
      const user = await findUser(domo, each);
      users.set(Number(user.id), { ...user, id: Number(user.id) });
    } catch (error) {
      if (interrupt.aborted || !(error instanceof CliError || error?.code === "NOT_FOUND")) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const isUsage = errors.some(({ exitCode }) => exitCode === EXIT.USAGE);
    throw new CliError(`${errors.map(({ message }) => message).join("\n")}\nNothing was changed.`, isUsage ? EXIT.USAGE : EXIT.FAILED);
  }
  return users;
}
