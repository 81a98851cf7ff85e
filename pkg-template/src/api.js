// The functions that users import. Each finds the running module and passes its arguments on.
import { get } from "../../src/wasm/host/values.js";
import { callAsync, callSync, configurationOf, configurations } from "./calls.js";
import { byteStream, isAsyncIterable, openBatches, openReader, openSearch, openStream, throwIfAborted, userIterator } from "./streams.js";

export { DomoError, isDomoError } from "../../src/wasm/host/errors.js";

/** Passed to the module as the configuration if a function of a client gets a client or a configuration as its first argument. The module refuses it. */
const NOT_NEEDED = Symbol.for("domo-users client");
const isClientOrConfiguration = (value) => configurations.has(value) || get(value, "developerToken") !== undefined;

export function createUser(domo, user, options) {
  return callAsync("createUser", domo, user, options);
}
export function getUserById(domo, id, options) {
  return callAsync("getUserById", domo, id, options);
}
export function getAllUsers(domo, options) {
  return callAsync("getAllUsers", domo, options);
}
export function updateUser(domo, id, changes, options) {
  return callAsync("updateUser", domo, id, changes, options);
}
export function deleteUser(domo, id, options) {
  return callAsync("deleteUser", domo, id, options);
}
export function findUserByEmail(domo, email, options) {
  return callAsync("findUserByEmail", domo, email, options);
}
export function searchUsers(domo, options) {
  const readPage = (...position) => callAsync("searchPage", domo, options, ...position);
  return { [Symbol.asyncIterator]: () => userIterator(openSearch(readPage), () => throwIfAborted(options)) };
}
export function listRoles(domo, options) {
  return callAsync("listRoles", domo, options);
}
export function applyChanges(domo, changes, options) {
  return callAsync("applyChanges", domo, changes, options);
}
export function streamUsers(domo, options) {
  return userIterator(openStream("streamUsers", [configurationOf(domo), options]), () => throwIfAborted(options));
}
export function exportUsersCsv(domo, options) {
  return byteStream("exportUsersCsv", [configurationOf(domo), options]);
}
export function usersToCsv(users, options) {
  const batches = openBatches(users);
  return byteStream("usersToCsv", [users, batches, options], batches?.close);
}
export async function planUsers(domo, desired, options) {
  if (!isAsyncIterable(desired)) return callAsync("planUsers", domo, desired, options);
  const { input, close } = await openReader(desired, options, callAsync("checkPlan", domo, options));
  try {
    return await callAsync("planUsers", domo, input, options);
  } finally {
    close().catch(() => {});
  }
}
export function request(domo, req, options) {
  return callAsync("request", domo, req, options);
}

const CLIENT_FUNCTIONS = {
  createUser, getUserById, getAllUsers, updateUser, deleteUser, searchUsers, findUserByEmail, listRoles, streamUsers, exportUsersCsv, planUsers, applyChanges, request,
};

/** Without an argument, the module reads the environment. An argument that is undefined by mistake must not lead to another instance, so it is refused. */
export function connect(...args) {
  const [config] = args;
  if (configurations.has(config)) return config;
  const checked = args.length === 0 ? callSync("connectFromEnvironment") : callSync("connect", config);
  const domo = {};
  for (const [name, unbound] of Object.entries(CLIENT_FUNCTIONS)) {
    // A function with this name, for stacks and inspection.
    domo[name] = { [name]: (...given) => unbound(isClientOrConfiguration(given[0]) ? NOT_NEEDED : domo, ...given) }[name];
  }
  configurations.set(domo, checked);
  return domo;
}

export function userAttributes(user) {
  return callSync("userAttributes", user);
}

export function formatPlan(plan, options) {
  return callSync("formatPlan", plan, options);
}

export function undoPlan(plan, result) {
  return callSync("undoPlan", plan, result);
}

export function rejectedRows(csv, errors, options) {
  return callSync("rejectedRows", csv, errors, options);
}
