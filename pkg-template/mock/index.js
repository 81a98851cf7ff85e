// An instance of Domo in memory, for demos and for users' own tests. Has no dependencies and also loads in browsers.
import { codeEngine } from "./code-engine.js";
import { fetchOf } from "./fetch.js";
import { listen } from "./http.js";
import { Instance } from "./instance.js";
import { KEYSPACES } from "./keys.js";
import { Requests } from "./requests.js";
import { namedRoles } from "./roles.js";

const ODDITIES = {
  unknownUser: ["json", "text", "empty", "emptyList"],
  takenEmail: [409, 400],
  blocked: [false, "login", "page", "redirect", "notAcceptable"],
  updates: ["documented", "attributes"],
  ids: ["number", "text"],
  errors: ["json", "text"],
  searchCount: [true, false],
  roles: ["listed", "forbidden"],
  keys: ["listed", "forbidden", "missing"],
};
/** Oddities that are a number. */
const COUNTS = ["managerDelay", "listLimit"];

const OPTIONS = ["users", "developerToken", "roles", "owner", "attributeKeys", "faults", "seed", "oddities"];

/**
 * @param {import("./index.js").MockOptions} [options]
 * @returns {import("./index.js").MockDomo}
 */
export function mockDomo(options = {}) {
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw new TypeError(`mockDomo: unknown option ${name}. Options: ${OPTIONS.join(", ")}`);
  return createMock(options);
}

function createMock({ users = 1000, developerToken, roles = [1, 2, 3, 4, 5], owner, attributeKeys = [], faults = [], seed = 1, oddities = {} }) {
  const areUsers = Array.isArray(users) && users.every((user) => /^\d+$/.test(String(user?.id)));
  check("users", users, isCount(users) || areUsers, "an integer from 0, or an array of users with ids");
  const isToken = typeof developerToken === "string" && developerToken.trim() !== "";
  check("developerToken", developerToken, developerToken === undefined || isToken, "a string that is not blank");
  check("roles", roles, areRoles(roles), "an array of at least one role id, or role {id, name}, each id once");
  check("attributeKeys", attributeKeys, Array.isArray(attributeKeys) && attributeKeys.every(isKey), `an array of keys, or of {key, title, keyspace, validator}; keyspaces are ${KEYSPACES.join(", ")}`);
  check("faults", faults, Array.isArray(faults), "an array");
  check("seed", seed, Number.isInteger(seed), "an integer");
  for (const [name, value] of Object.entries(oddities)) {
    if (value === undefined) continue;
    const known = ODDITIES[name];
    if (COUNTS.includes(name)) check(`oddities.${name}`, value, isCount(value), "an integer from 0");
    else if (known) check(`oddities.${name}`, value, known.includes(value), known.join(" or "));
    else throw new TypeError(`mockDomo: unknown option oddities.${name}. Oddities: ${Object.keys(ODDITIES).concat(COUNTS).join(", ")}`);
  }
  const instance = new Instance({
    users, developerToken: developerToken?.trim(), roles: namedRoles(roles), owner: owner === undefined ? undefined : Number(owner), attributeKeys: [...attributeKeys], seed, oddities: { ...oddities },
  });
  check("owner", owner, owner === undefined || instance.users.has(Number(owner)), "the id of one of the users");
  const requests = new Requests(instance, faults);
  return {
    fetch: fetchOf(requests),
    users: instance.users,
    requests: requests.log,
    addFault: (fault) => requests.faults.add(fault),
    listen: (port = 0) => listen(requests, port),
    codeengine: (how) => codeEngine(requests, instance.token, how),
  };
}

const isName = (value) => typeof value === "string" && value.trim() !== "";

function areRoles(roles) {
  if (!Array.isArray(roles) || roles.length === 0) return false;
  const isRole = (role) => isCount(role) || (typeof role === "object" && role !== null && isCount(role.id) && isName(role.name));
  return roles.every(isRole) && new Set(roles.map((role) => role.id ?? role)).size === roles.length;
}

function isKey(given) {
  if (typeof given === "string") return given !== "";
  return typeof given === "object" && given !== null && typeof given.key === "string" && given.key !== "" && [...KEYSPACES, undefined].includes(given.keyspace);
}

const isCount = (value) => Number.isInteger(value) && value >= 0;

function check(name, value, isValid, expected) {
  if (!isValid) throw new TypeError(`mockDomo: ${name} must be ${expected}; got ${describe(value)}`);
}

function describe(value) {
  if (Array.isArray(value)) return "an array";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
