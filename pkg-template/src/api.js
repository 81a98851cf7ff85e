// What users import: each function finds the running module and hands the call on.
import { fromHere } from "./errors.js";
import { byteStream, isAsync, items, pages, pieces, readable, throwIfAborted } from "./pieces.js";
import * as runtime from "./runtime.js";

export { isDomoError } from "./errors.js";

/** Connected object → its checked configuration, which nothing else can reach. */
const connections = new WeakMap();
const configOf = (domo) => connections.get(domo) ?? domo;

export function createUser(domo, user, options) {
  return call("createUser", domo, user, options);
}
export function getUserById(domo, id, options) {
  return call("getUserById", domo, id, options);
}
export function getAllUsers(domo, options) {
  return call("getAllUsers", domo, options);
}
export function updateUser(domo, id, changes, options) {
  return call("updateUser", domo, id, changes, options);
}
export function deleteUser(domo, id, options) {
  return call("deleteUser", domo, id, options);
}
export function findUserByEmail(domo, email, options) {
  return call("findUserByEmail", domo, email, options);
}
export function searchUsers(domo, options) {
  const ask = (...from) => call("searchPage", domo, options, ...from);
  return { [Symbol.asyncIterator]: () => items(pages(ask), () => throwIfAborted(options)) };
}
export function applyChanges(domo, changes, options) {
  return call("applyChanges", domo, changes, options);
}
export function streamUsers(domo, options) {
  return items(pieces("streamUsers", [configOf(domo), options]), () => throwIfAborted(options));
}
export function exportUsersCsv(domo, options) {
  return byteStream("exportUsersCsv", [configOf(domo), options]);
}
export async function planUsers(domo, desired, options) {
  if (!isAsync(desired)) return call("planUsers", domo, desired, options);
  const { given, end } = await readable(desired, options, call("checkPlan", domo, options));
  try {
    return await call("planUsers", domo, given, options);
  } finally {
    end().catch(() => {});
  }
}
export function request(domo, what, options) {
  return call("request", domo, what, options);
}

const BOUND = {
  createUser, getUserById, getAllUsers, updateUser, deleteUser, searchUsers, findUserByEmail, streamUsers, exportUsersCsv, planUsers, applyChanges, request,
};

export function connect(config) {
  if (connections.has(config)) return config;
  const kept = now("connect", config);
  const domo = {};
  for (const [name, unbound] of Object.entries(BOUND)) {
    domo[name] = { [name]: (...args) => unbound(domo, ...args) }[name]; // with its name, for stacks and inspection
  }
  connections.set(domo, kept);
  return Object.freeze(domo);
}

export function userAttributes(user) {
  return now("userAttributes", user);
}

/** A function that answers at once. */
function now(name, ...args) {
  try {
    return runtime.answer(runtime.startAtOnce(), name, args);
  } catch (error) {
    throw fromHere(error, now);
  }
}

/** A function that answers with a promise. Where the module runs, it takes its arguments before this returns. */
async function call(name, domo, ...args) {
  try {
    const instance = runtime.running ?? (await runtime.startAnywhere());
    return await runtime.promise(instance, name, [configOf(domo), ...args]);
  } catch (error) {
    throw fromHere(error, call);
  }
}
