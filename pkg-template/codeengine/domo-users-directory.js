// domo-users for Domo Code Engine, whole instances: paste this whole file into a JavaScript package of its own.
// Its functions bring the users of the instance they run in into line with a list; calls are signed by Code Engine itself, no token is needed.
// Source, licence (MIT) and documentation: the npm package domo-users. It contains the decoder of lzma1 by Filip Seman (MIT).

/* CLASS */

/**
 * @summary Plan what makes the users as desired
 * @description Reads all users and compares them with the desired ones. Changes nothing. All faults of a kind are told together, by row.
 * @param {object} desired - {csv: "..."} with a header row, or {users: [{emailAddress, title, and so on}]}
 * @param {object} options - any of matchBy, columns, otherColumns, newAttributes, deleteMissing, maxDeletes, protect, emptyCells; empty for none
 * @returns {object} plan - {changes, unchanged, warnings}: what applyChanges takes
 */
async function planUsers(desired, options) {
  const [one, other] = [desired?.csv, desired?.users].filter(DomoUsers.isFilled);
  // Both together are refused, as anything else that is neither a text nor a list.
  const given = other === undefined ? one ?? desired : desired;
  return DomoUsers.call("planUsers", given, DomoUsers.filled(options));
}

/**
 * @summary Apply a plan
 * @description Makes the changes of a plan for four minutes at most. Where some are left, its cursor makes the next run go on: nothing is done twice.
 * @param {object} plan - what planUsers answered, the same for each run
 * @param {text} cursor - what the run before answered; empty for the first
 * @param {object} options - any of concurrency, stopAfterFailures, deadlineMs, maxRetries, timeoutMs; empty for none
 * @returns {object} outcome - {done, failed, skipped, results, cursor}; the cursor is null when nothing is left
 */
async function applyChanges(plan, cursor, options) {
  // Code Engine ends a run after five minutes, without an answer.
  const own = DomoUsers.filled(options);
  const chosen = typeof own === "object" ? { deadlineMs: 240000, ...own, cursor: DomoUsers.isFilled(cursor) ? cursor : null } : own;
  const outcome = await DomoUsers.call("applyChanges", plan, chosen);
  // One output holds it all: of a user the id is enough, and an error must be plain data.
  const results = outcome.results.map(({ index, status, user, error }) => ({
    index,
    status,
    ...(user && { userId: user.id }),
    ...(error && { error: error.toJSON() }),
  }));
  return { ...outcome, results };
}

/**
 * @summary Find a user by e-mail address
 * @description Finds the user who has just this e-mail address, whatever its case.
 * @param {text} email - the e-mail address
 * @param {text} parts - which fields: MINIMAL, SIMPLE, DETAILED, GROUPS or ROLE, several with commas; empty for Domo's default
 * @returns {object} user - the user; null where there is none
 */
async function findUserByEmail(email, parts) {
  return (await DomoUsers.call("findUserByEmail", email, DomoUsers.filled({ parts }))) ?? null;
}

module.exports = {
  planUsers,
  applyChanges,
  findUserByEmail,
};
