// An instance of Domo in memory, for demos and for users' own tests. No dependencies; loads in browsers too.
import { Calls } from "./calls.js";
import { codeEngine } from "./code-engine.js";
import { fetchOf } from "./fetch.js";
import { listen } from "./http.js";
import { Instance } from "./instance.js";

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
  for (const name of Object.keys(options)) check(name, OPTIONS.includes(name), "left out: there is no such option");
  return make(options);
}

function make({ users = 1000, developerToken, roles = [1, 2, 3, 4, 5], faults = [], seed = 1, oddities = {} }) {
  check("users", isCount(users) || (Array.isArray(users) && users.every((user) => /^\d+$/.test(String(user?.id)))), "a number from 0, or users with ids");
  check("developerToken", developerToken === undefined || (typeof developerToken === "string" && developerToken.trim() !== ""), "a text that is not blank");
  check("roles", Array.isArray(roles) && roles.length > 0 && roles.every(isCount), "role ids");
  check("faults", Array.isArray(faults), "a list");
  check("seed", Number.isInteger(seed), "a whole number");
  for (const [name, value] of Object.entries(oddities)) {
    if (value === undefined) continue;
    if (name === "managerDelay") check(`oddities.${name}`, isCount(value), "a number from 0");
    else check(`oddities.${name}`, ODDITIES[name]?.includes(value), ODDITIES[name]?.join(" or ") ?? "left out: there is no such oddity");
  }
  const instance = new Instance({ users, developerToken: developerToken?.trim(), roles: [...roles], seed, oddities: { ...oddities } });
  const calls = new Calls(instance, faults);
  return {
    fetch: fetchOf(calls),
    users: instance.users,
    requests: calls.requests,
    addFault: (fault) => calls.faults.add(fault),
    listen: (port = 0) => listen(calls, port),
    codeengine: (how) => codeEngine(calls, instance.token, how),
  };
}

const isCount = (value) => Number.isInteger(value) && value >= 0;

function check(name, fine, expected) {
  if (!fine) throw new TypeError(`mockDomo: ${name} must be ${expected}`);
}
