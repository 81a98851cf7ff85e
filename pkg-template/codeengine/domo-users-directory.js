// domo-users for Domo Code Engine, whole instances: paste this whole file into a JavaScript package of its own.
// Its functions make the users of the instance they run in match a list. Code Engine signs the requests; no token is needed.
// Source, licence (MIT) and documentation: the npm package domo-users.

/* CLASS */

/**
 * @summary Plan the changes that make the users match a list
 * @description Reads all users and compares them with the desired users. Changes nothing. All errors of the list are reported together, by row.
 * @param {object} desired - {csv: "..."} with a header row, or {users: [{emailAddress, title, and so on}]}
 * @param {object} options - any of matchBy, columns, otherColumns, newAttributes, deleteMissing, maxDeletes, protect, emptyCells; may be empty
 * @returns {object} plan - {changes, unchanged, warnings}, for applyChanges
 */
async function planUsers(desired, options) {
  const [first, second] = [desired?.csv, desired?.users].filter(DomoUsers.isFilled);
  // An object with both is refused, like anything else that is neither a string nor an array.
  const list = second === undefined ? first ?? desired : desired;
  return DomoUsers.call("planUsers", list, DomoUsers.filledFields(options));
}

/**
 * @summary Apply a plan
 * @description Applies the changes of a plan for at most four minutes. If some remain, the next run continues with the cursor. No change is applied twice.
 * @param {object} plan - the result of planUsers, the same for each run
 * @param {text} cursor - the cursor that the previous run returned; empty for the first run
 * @param {object} options - any of concurrency, stale, stopAfterFailures, deadlineMs, maxRetries, timeoutMs; may be empty
 * @returns {object} outcome - {done, failed, skipped, results, cursor}; the cursor is null when nothing remains
 */
async function applyChanges(plan, cursor, options) {
  // Code Engine ends a run after five minutes, without a result.
  const filled = DomoUsers.filledFields(options);
  const runOptions = typeof filled === "object" ? { deadlineMs: 240000, ...filled, cursor: DomoUsers.isFilled(cursor) ? cursor : null } : filled;
  const outcome = await DomoUsers.call("applyChanges", plan, runOptions);
  // The output must be small and plain data: ids instead of users, errors without their class.
  const results = outcome.results.map(({ index, status, unsent, unclear, user, error }) => ({
    index,
    status,
    ...(unsent && { unsent }),
    ...(unclear && { unclear }),
    ...(user && { userId: user.id }),
    ...(error && { error: error.toJSON() }),
  }));
  return { ...outcome, results };
}

/**
 * @summary Find a user by e-mail address
 * @description Finds the user who has this e-mail address, ignoring case.
 * @param {text} email - the e-mail address
 * @param {text} parts - which fields: MINIMAL, SIMPLE, DETAILED, GROUPS or ROLE, several separated by commas; empty for Domo's default
 * @returns {object} user - the user, or null if there is none
 */
async function findUserByEmail(email, parts) {
  return (await DomoUsers.call("findUserByEmail", email, DomoUsers.filledFields({ parts }))) ?? null;
}

module.exports = {
  planUsers,
  applyChanges,
  findUserByEmail,
};
