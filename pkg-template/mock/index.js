// An instance of Domo in memory, for demos and for users' own tests. Has no dependencies and also loads in browsers.
import { codeEngine } from "./code-engine.js";
import { fetchOf } from "./fetch.js";
import { listen } from "./http.js";
import { Instance } from "./instance.js";
import { Requests } from "./requests.js";

const ODDITIES = {
  unknownUser: ["json", "text", "empty", "emptyList"],
  takenEmail: [409, 400],
  blocked: [false, "login", "page", "redirect", "notAcceptable"],
  updates: ["documented", "attributes"],
  ids: ["number", "text"],
  errors: ["json", "text"],
  searchCount: [true, false],
};

const OPTIONS = ["users", "developerToken", "roles", "faults", "seed", "oddities"];

/**
 * @param {import("./index.js").MockOptions} [options]
 * @returns {import("./index.js").MockDomo}
 */
export function mockDomo(options = {}) {
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw new TypeError(`mockDomo: unknown option ${name}. Options: ${OPTIONS.join(", ")}`);
  return createMock(options);
}

function createMock({ users = 1000, developerToken, roles = [1, 2, 3, 4, 5], faults = [], seed = 1, oddities = {} }) {
  const areUsers = Array.isArray(users) && users.every((user) => /^\d+$/.test(String(user?.id)));
  check("users", users, isCount(users) || areUsers, "an integer from 0, or an array of users with ids");
  const isToken = typeof developerToken === "string" && developerToken.trim() !== "";
  check("developerToken", developerToken, developerToken === undefined || isToken, "a string that is not blank");
  check("roles", roles, Array.isArray(roles) && roles.length > 0 && roles.every(isCount), "an array of at least one role id");
  check("faults", faults, Array.isArray(faults), "an array");
  check("seed", seed, Number.isInteger(seed), "an integer");
  for (const [name, value] of Object.entries(oddities)) {
    if (value === undefined) continue;
    const known = ODDITIES[name];
    if (name === "managerDelay") check(`oddities.${name}`, value, isCount(value), "an integer from 0");
    else if (known) check(`oddities.${name}`, value, known.includes(value), known.join(" or "));
    else throw new TypeError(`mockDomo: unknown option oddities.${name}. Oddities: ${Object.keys(ODDITIES).join(", ")}, managerDelay`);
  }
  const instance = new Instance({ users, developerToken: developerToken?.trim(), roles: [...roles], seed, oddities: { ...oddities } });
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

const isCount = (value) => Number.isInteger(value) && value >= 0;

function check(name, value, isValid, expected) {
  if (!isValid) throw new TypeError(`mockDomo: ${name} must be ${expected}; got ${describe(value)}`);
}

function describe(value) {
  if (Array.isArray(value)) return "an array";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
