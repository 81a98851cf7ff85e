// The owner of the token, who must never be deleted with it.
import { CliError, EXIT } from "./errors.js";
import { deletesOf } from "./review.js";
import { interrupt, warn } from "./terminal.js";
import { labelOf, OWNER } from "./users.js";

/** Resolves with `{id}` of the owner, or with `{reason}` if the instance does not tell. */
export async function ownerOf(domo) {
  try {
    const id = Number((await domo.request(OWNER, { signal: interrupt }))?.id);
    return Number.isInteger(id) && id > 0 ? { id } : { reason: "its response holds no id" };
  } catch (error) {
    if (interrupt.aborted || error?.code === "UNAUTHORIZED") throw error;
    return { reason: error.message };
  }
}

/** Refuses a plan that deletes the owner of the token: the plan may have been made with another token. Warns if the owner is not known. */
export async function protectOwner(domo, plan) {
  const deletes = deletesOf(plan);
  if (deletes.length === 0) return;
  const { id, reason } = await ownerOf(domo);
  if (id === undefined) return warn(`The instance did not say who owns the token (${reason}). Check that the plan does not delete this user.`);
  const own = deletes.find((change) => Number(change.id) === id);
  if (own) throw new CliError(`The plan deletes ${labelOf({ id, ...own.who })}, the owner of the token. Nothing was changed. Use a token of another administrator, or make a new plan.`, EXIT.USAGE);
}
