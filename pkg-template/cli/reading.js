// The progress of a read of all users.
import { clientForProgress } from "./connection.js";
import { hideWaits, startProgress } from "./progress.js";
import { interrupt } from "./terminal.js";

/** Returns the part of a progress in which all users are read. */
export const readingUsers = (domo, unit = "users") => ({ unit, total: (signal) => numberOfUsers(clientForProgress(domo), signal) });

/**
 * Passes rows or chunks through, and shows how many users have been read.
 * @param isHidden whether the progress would stand among the data
 * @param usersIn returns the number of users in an item
 */
export async function* withProgress(domo, items, options, { isHidden = false, usersIn = () => 1 } = {}) {
  if (isHidden) {
    hideWaits();
    return yield* items;
  }
  const progress = startProgress(options);
  progress.begin(readingUsers(domo));
  let read = 0;
  try {
    for await (const item of items) {
      progress.update((read += usersIn(item)));
      yield item;
    }
  } finally {
    progress.stop();
  }
}

/** Returns the number of users as a search counts them; undefined if it does not. */
async function numberOfUsers(domo, signal) {
  const body = { showCount: true, includeDeleted: false, includeSupport: false, offset: 0, limit: 50, filters: [], parts: ["SIMPLE"] };
  try {
    const { count } = await domo.request({ method: "POST", path: "/api/identity/v1/users/search", query: { explain: false }, body }, { signal });
    return Number.isInteger(count) && count > 0 ? count : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the plan of `planUsers`, and shows meanwhile how many users have been read. */
export async function planWithProgress(domo, desired, given, options) {
  const progress = startProgress(options);
  progress.begin(readingUsers(domo, "users compared"));
  try {
    return await domo.planUsers(desired, { ...given, signal: interrupt, onRead: ({ users }) => progress.update(users) });
  } finally {
    progress.stop();
  }
}
