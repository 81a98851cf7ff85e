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
  const missing = [];
  for (const each of given) {
    try {
      const user = await findUser(domo, each);
      users.set(Number(user.id), { ...user, id: Number(user.id) });
    } catch (error) {
      if (interrupt.aborted || !(error instanceof CliError || error?.code === "NOT_FOUND")) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0) throw new CliError(`${missing.join("\n")}\nNothing was changed.`, EXIT.FAILED);
  return users;
}
