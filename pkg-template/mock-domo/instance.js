// An instance's state and its routes, as strict as Domo documents them. Knows nothing of fetch or sockets.
import { people, random } from "./people.js";

const USERS = "/api/identity/v1/users";
const PARTS = ["MINIMAL", "SIMPLE", "DETAILED", "GROUPS", "ROLE"];
const TOP = ["displayName", "emailAddress", "roleId"];
const ROLE_NAMES = { 1: "Admin", 2: "Privileged", 3: "Editor", 4: "Participant", 5: "Social" };
const REASONS = {
  400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
  409: "Conflict",
};
const JSON_TYPE = "application/json;charset=UTF-8";
/** Beyond this many users a list is written piece by piece. */
const PIECE = 500;

class Refused extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export class Instance {
  constructor({ users, developerToken, roles, seed, oddities }) {
    this.users = new Map();
    const given = Array.isArray(users) ? structuredClone(users) : people(users, seed, roles);
    for (const user of given) this.users.set(Number(user.id), user);
    this.token = developerToken;
    this.roles = roles;
    this.oddities = oddities;
    this.next = random(seed ^ 0x5eed);
    this.highest = 2_000_000_000;
    this.writes = 0;
    /** id → number of the write that created it */
    this.created = new Map();
    this.deleted = [];
  }

  /**
   * @param {{method: string, path: string, headers: Record<string, string>, body?: string}} call headers in lower case
   * @returns {{status: number, headers: Record<string, string>, body: string | Iterable<string>}}
   */
  handle(call) {
    const url = new URL(call.path, "http://instance");
    const path = url.pathname;
    const requestId = `req-${this.hex(8)}`;
    let answer;
    try {
      answer = this.oddAnswer() ?? this.route(call, path, url.searchParams);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      answer = this.refusal(refused, path);
    }
    return { status: answer.status ?? 200, headers: { "x-request-id": requestId, ...answer.headers }, body: answer.body ?? "" };
  }

  oddAnswer() {
    const page = (title) => `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${title}</body></html>`;
    const html = (status, title, headers) => ({ status, headers: { "content-type": "text/html", ...headers }, body: page(title) });
    switch (this.oddities.blocked) {
      case "login": return html(200, "Domo - Log in");
      case "page": return html(403, "Domo - Blocked");
      case "redirect": return html(303, "See Other", { location: "https://www.domo.com/blocked" });
      case "notAcceptable": return html(406, "Not Acceptable");
      default: return undefined;
    }
  }

  route(call, path, query) {
    const token = call.headers["x-domo-developer-token"] ?? "";
    if (token.trim() === "" || (this.token !== undefined && token !== this.token)) {
      throw new Refused(401, "The developer token is missing or not valid");
    }
    const one = path.match(/^\/api\/identity\/v1\/users\/(\d+)$/);
    const role = path.match(/^\/api\/authorization\/v1\/roles\/(\d+)\/users$/);
    const routes =
      path === USERS ? { GET: () => this.list(query), POST: () => this.create(json(call)) }
      : path === `${USERS}/search` ? { POST: () => this.search(json(call)) }
      : one ? {
          GET: () => this.get(Number(one[1]), query),
          PATCH: () => this.update(Number(one[1]), json(call)),
          DELETE: () => this.delete(Number(one[1]), call.body),
        }
      : role ? { PUT: () => this.assign(Number(role[1]), json(call)) }
      : path === "/api/content/v2/users/me" ? { GET: () => this.me() }
      : path === "/api/authorization/v1/roles" ? { GET: () => ok(this.roles.map((id) => ({ id, name: roleName(id) }))) }
      : undefined;
    if (!routes) throw new Refused(404, `No such path: ${path}`);
    const handler = routes[call.method];
    if (!handler) throw new Refused(405, `${call.method} is not allowed here`, { allow: Object.keys(routes).join(", ") });
    return handler();
  }

  refusal({ status, message, headers }, path) {
    if (this.oddities.errors === "text") {
      return { status, headers: { "content-type": "text/plain", ...headers }, body: REASONS[status] };
    }
    const toe = `TOE-${this.hex(5)}-${this.hex(5)}-${this.hex(5)}`.toUpperCase();
    const body = JSON.stringify({ status, statusReason: REASONS[status], path, message, toe });
    return { status, headers: { "content-type": JSON_TYPE, ...headers }, body };
  }

  list(query) {
    const fields = shape(query.getAll("parts"), this);
    const offset = whole(query.get("offset"), 0, "offset");
    const limit = whole(query.get("limit"), Infinity, "limit");
    const keys = query.get("attributes")?.split(",");
    let users = [...this.users.values()];
    if (offset > 0 || limit < Infinity) users = users.slice(offset, offset + limit);
    const text = (user) => JSON.stringify(only(fields(user), keys));
    if (users.length <= PIECE * 2) return { headers: { "content-type": JSON_TYPE }, body: `{"users":[${users.map(text).join(",")}]}` };
    return { headers: { "content-type": JSON_TYPE }, body: pieces(users, text) };
  }

  get(id, query) {
    const fields = shape(query.getAll("parts"), this);
    const user = this.users.get(id);
    if (user) return ok({ users: [fields(user)] });
    switch (this.oddities.unknownUser) {
      case "empty": return { headers: { "content-type": JSON_TYPE }, body: "" };
      case "emptyList": return ok({ users: [] });
      case "text": return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
      default: throw new Refused(404, `User ${id} was not found`);
    }
  }

  create(user) {
    const wrong = TOP.filter((field) => !fits(field, user?.[field], this));
    if (!isObject(user) || wrong.length > 0) throw new Refused(400, `Missing or wrong: ${wrong.join(", ") || "body"}`);
    if (this.byEmail(user.emailAddress)) {
      throw new Refused(this.oddities.takenEmail ?? 409, "A user with this e-mail address exists");
    }
    const { displayName, emailAddress, roleId } = user;
    const id = (this.highest += 13);
    const attributes = Object.entries({ id, displayName, emailAddress, roleId }).map(([key, value]) => ({ key, values: [value] }));
    attributes.push({ key: "created", values: [1_800_000_000_000 + this.writes] }, { key: "isActive", values: [true] });
    const created = { attributes, id, displayName, userName: emailAddress, roleId, emailAddress };
    this.users.set(id, created);
    this.created.set(id, ++this.writes);
    return ok(shape([], this)(created));
  }

  update(id, changes) {
    const user = this.users.get(id);
    if (!user) throw new Refused(404, `User ${id} was not found`);
    if (!isObject(changes) || Object.keys(changes).length === 0) throw new Refused(400, "Nothing to change");
    for (const field of Object.keys(changes)) {
      if (field !== "attributes" && !TOP.includes(field)) throw new Refused(400, `Unknown field: ${field}`);
    }
    const attributes = changes.attributes ?? [];
    const sound = Array.isArray(attributes) &&
      attributes.every((a) => isObject(a) && typeof a.key === "string" && a.key !== "" && Array.isArray(a.values) && a.values.every(isScalar));
    if (!sound) throw new Refused(400, "attributes must be [{key, values}]");
    const wanted = new Map(TOP.filter((field) => field in changes).map((field) => [field, changes[field]]));
    for (const { key, values } of attributes) if (TOP.includes(key)) wanted.set(key, values[0]);
    for (const [field, value] of wanted) {
      if (!fits(field, value, this)) throw new Refused(400, `Wrong value: ${field}`);
      const holder = field === "emailAddress" ? this.byEmail(value) : undefined;
      if (holder && holder !== user) throw new Refused(400, "Another user has this e-mail address");
    }
    for (const { key, values } of attributes) if (key === "reportsTo") this.checkManager(values);
    this.writes++;
    for (const [field, value] of wanted) {
      const inert = this.oddities.updates === "attributes" && !attributes.some(({ key }) => key === field);
      if (inert) continue; // answered 200, but nothing happens
      user[field] = value;
      setAttribute(user, field, [value]);
    }
    for (const { key, values } of attributes) setAttribute(user, key, values);
    return ok(shape([], this)(user));
  }

  checkManager([manager]) {
    if (manager === null || manager === undefined) return;
    const born = this.created.get(Number(manager));
    const tooNew = born !== undefined && this.writes - born < (this.oddities.managerDelay ?? 0);
    if (!this.users.has(Number(manager)) || tooNew) {
      this.writes++; // time goes on for the next try
      throw new Refused(400, `reportsTo: user ${manager} is not usable`);
    }
  }

  delete(id, body) {
    if (body) throw new Refused(400, "A delete has no body");
    const user = this.users.get(id);
    if (!user) throw new Refused(404, `User ${id} was not found`);
    this.users.delete(id);
    this.deleted.push(user);
    this.writes++;
    return ok(1);
  }

  assign(roleId, ids) {
    if (!this.roles.includes(roleId)) throw new Refused(404, `Role ${roleId} was not found`);
    if (!Array.isArray(ids) || !ids.every((id) => this.users.has(Number(id)))) throw new Refused(400, "The body must be [user id, …]");
    for (const id of ids) {
      const user = this.users.get(Number(id));
      user.roleId = roleId;
      setAttribute(user, "roleId", [roleId]);
    }
    this.writes++;
    return { status: 204, headers: {}, body: "" };
  }

  me() {
    const owner = this.users.values().next().value;
    return ok(owner ? { id: owner.id, displayName: owner.displayName, emailAddress: owner.emailAddress } : { id: 1, displayName: "Owner" });
  }

  search(query) {
    if (!isObject(query)) throw new Refused(400, "The body must be an object");
    const { offset = 0, limit = 50, filters = [], sort, parts = [], attributes, ids, showCount, includeDeleted, onlyDeleted } = query;
    if (!Number.isInteger(limit) || limit < 50 || limit > 200) throw new Refused(400, "limit must be from 50 to 200");
    if (!Number.isInteger(offset) || offset < 0) throw new Refused(400, "offset must be 0 or more");
    if (!Array.isArray(filters) || !Array.isArray(parts)) throw new Refused(400, "filters and parts must be arrays");
    const fields = shape(parts, this);
    let found = onlyDeleted ? [...this.deleted] : [...this.users.values(), ...(includeDeleted ? this.deleted : [])];
    if (ids) found = found.filter((user) => ids.map(Number).includes(Number(user.id)));
    for (const filter of filters) found = found.filter(matcher(filter));
    if (sort) {
      const sign = sort.order === "DESC" ? -1 : 1;
      const key = (user) => String(value(user, sort.field) ?? "");
      found.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    }
    const users = found.slice(offset, offset + limit).map((user) => only(fields(user), attributes));
    const counted = showCount && this.oddities.searchCount !== false;
    return ok(counted ? { users, count: found.length } : { users });
  }

  byEmail(email) {
    const plain = String(email).toLowerCase();
    for (const user of this.users.values()) if (String(user.emailAddress).toLowerCase() === plain) return user;
    return undefined;
  }

  hex(digits) {
    let text = "";
    for (let i = 0; i < digits; i++) text += Math.floor(this.next() * 16).toString(16);
    return text;
  }
}

const ok = (data) => ({ headers: { "content-type": JSON_TYPE }, body: JSON.stringify(data) });
const isObject = (data) => typeof data === "object" && data !== null && !Array.isArray(data);
const isScalar = (data) => data === null || ["string", "number", "boolean"].includes(typeof data);
const roleName = (id) => ROLE_NAMES[id] ?? `Role ${id}`;
const value = (user, field) => user[field] ?? user.attributes?.find(({ key }) => key === field)?.values[0];

function json({ headers, body }) {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) throw new Refused(400, "Content-Type must be application/json");
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused(400, "The body is not JSON");
  }
}

function fits(field, given, { roles }) {
  if (field === "roleId") return typeof given === "number" && roles.includes(given);
  if (field === "displayName") return typeof given === "string" && given.trim() !== "";
  return typeof given === "string" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given);
}

function setAttribute(user, key, values) {
  const attributes = (user.attributes ??= []);
  const at = attributes.findIndex((attribute) => attribute.key === key);
  const cleared = values.length === 0 || (values.length === 1 && values[0] === null);
  if (cleared) {
    if (at >= 0) attributes.splice(at, 1);
  } else if (at >= 0) attributes[at].values = values;
  else attributes.push({ key, values });
}

/** The fields of a user that these parts show. */
function shape(given, { oddities }) {
  const parts = given.flatMap((part) => String(part).split(",")).map((part) => part.toUpperCase());
  for (const part of parts) if (!PARTS.includes(part)) throw new Refused(400, `Unknown part: ${part}`);
  const has = (...names) => names.some((name) => parts.includes(name));
  const detailed = parts.length === 0 || has("DETAILED");
  const simple = detailed || has("SIMPLE", "GROUPS", "ROLE");
  return (user) => {
    const { attributes, id, displayName, userName, roleId, emailAddress, ...rest } = user;
    const shown = {};
    if (detailed) shown.attributes = attributes;
    shown.id = oddities.ids === "text" ? String(id) : id;
    shown.displayName = displayName;
    if (simple) shown.userName = userName;
    shown.roleId = roleId;
    if (simple) shown.emailAddress = emailAddress;
    if (detailed) Object.assign(shown, rest);
    if (has("GROUPS")) shown.groups = [{ id: 1 + (Number(id) % 3), name: `Group ${1 + (Number(id) % 3)}`, type: "open" }];
    if (has("ROLE")) shown.role = { roleId, roleName: roleName(roleId) };
    return shown;
  };
}

function only(user, keys) {
  return keys && user.attributes ? { ...user, attributes: user.attributes.filter(({ key }) => keys.includes(key)) } : user;
}

function whole(text, fallback, name) {
  if (text === null) return fallback;
  if (!/^\d+$/.test(text)) throw new Refused(400, `${name} must be a whole number`);
  return Number(text);
}

function matcher(filter) {
  if (filter?.filterType === "text" && typeof filter.text === "string") {
    const text = filter.text.toLowerCase();
    const fields = filter.field ? [filter.field] : ["displayName", "emailAddress", "userName"];
    return (user) => fields.some((field) => String(value(user, field) ?? "").toLowerCase().includes(text));
  }
  if (filter?.filterType === "value" && filter.operator === "EQ" && Array.isArray(filter.values)) {
    const values = filter.values.map(String);
    return (user) => values.includes(String(value(user, filter.field)));
  }
  throw new Refused(400, "Unknown filter");
}

function* pieces(users, text) {
  yield '{"users":[';
  for (let i = 0; i < users.length; i += PIECE) {
    yield (i > 0 ? "," : "") + users.slice(i, i + PIECE).map(text).join(",");
  }
  yield "]}";
}
