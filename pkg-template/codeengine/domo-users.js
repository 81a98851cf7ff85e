// domo-users for Domo Code Engine: paste this whole file into a JavaScript package.
// Its functions manage the users of the instance they run in. Code Engine signs the requests; no token is needed.
// Source, licence (MIT) and documentation: the npm package domo-users.

/* CLASS */

/**
 * @summary Create a user
 * @description Creates a user. Fails with CONFLICT if the e-mail address is taken.
 * @param {text} displayName - the full name
 * @param {text} emailAddress - the e-mail address, which is also the user's name
 * @param {number} roleId - the id of a role, such as 4 for Participant
 * @returns {object} user - the new user, with its id
 */
async function createUser(displayName, emailAddress, roleId) {
  return DomoUsers.call("createUser", { displayName, emailAddress, roleId });
}

/**
 * @summary Get a user by id
 * @description Reads one user. Fails with NOT_FOUND if there is no such user.
 * @param {person} userId - the user
 * @param {text} parts - which fields: MINIMAL, SIMPLE, DETAILED, GROUPS or ROLE, several separated by commas; empty for Domo's default
 * @returns {object} user - the user
 */
async function getUserById(userId, parts) {
  return DomoUsers.call("getUserById", userId, DomoUsers.filledFields({ parts }));
}

/**
 * @summary Get all users
 * @description Reads all users of the instance.
 * @param {text} parts - which fields: MINIMAL, SIMPLE, DETAILED, GROUPS or ROLE, several separated by commas; empty for Domo's default
 * @returns {object[]} users - the users
 */
async function getAllUsers(parts) {
  return DomoUsers.call("getAllUsers", DomoUsers.filledFields({ parts }));
}

/**
 * @summary Update a user
 * @description Changes the given fields of a user and leaves the others as they are.
 * @param {person} userId - the user
 * @param {object} changes - at least one of displayName, emailAddress, roleId, attributes
 * @returns {object} user - the user after the change
 */
async function updateUser(userId, changes) {
  return DomoUsers.call("updateUser", userId, changes);
}

/**
 * @summary Delete a user
 * @description Deletes a user. Fails with NOT_FOUND if there is no such user.
 * @param {person} userId - the user
 * @returns {boolean} deleted - true
 */
async function deleteUser(userId) {
  await DomoUsers.call("deleteUser", userId);
  return true;
}

/**
 * @summary Get a user's attributes
 * @description Reads a user's attributes as one object, such as {department: "Sales"}.
 * @param {person} userId - the user
 * @returns {object} attributes - a single value as it is, several values as a list
 */
async function getUserAttributes(userId) {
  return DomoUsers.api().userAttributes(await DomoUsers.call("getUserById", userId, { parts: "DETAILED" }));
}

/**
 * @summary Describe the runtime
 * @description Shows which JavaScript features this Code Engine runtime has. Sends no request.
 * @returns {object} runtime - the name of each feature and whether it exists
 */
async function describeRuntime() {
  const names = [
    "WebAssembly", "fetch", "Headers", "URL", "AbortController", "setTimeout", "queueMicrotask", "TextEncoder",
    "TextDecoder", "atob", "Buffer", "process", "console", "crypto", "structuredClone", "FinalizationRegistry",
  ];
  const runtime = {};
  for (const name of names) runtime[name] = typeof globalThis[name] !== "undefined";
  for (const name of ["codeengine", "axios", "https", "crypto"]) {
    try {
      runtime[`require("${name}")`] = Boolean(require(name));
    } catch {
      runtime[`require("${name}")`] = false;
    }
  }
  runtime.node = runtime.process ? String(globalThis.process.version) : "unknown";
  return runtime;
}

module.exports = {
  createUser,
  getUserById,
  getAllUsers,
  updateUser,
  deleteUser,
  getUserAttributes,
  describeRuntime,
};
