// The state and the routes of an instance, as strict as Domo's documentation. Independent of fetch and sockets.
import { isObject, isValid, readChanges, setAttribute, setField, TOP_FIELDS } from "./changes.js";
import { keyList } from "./keys.js";
import { projection } from "./parts.js";
import { idAt, people, random } from "./people.js";
import { find } from "./query.js";
import { REASONS, Refusal, refuse } from "./refusal.js";
import { describeRoles, roleName } from "./roles.js";

const USERS = "/api/identity/v1/users";
const ROLES = "/api/authorization/v1/roles";
const KEYS = "/api/user/v1/properties/meta/keys";
const JSON_TYPE = "application/json;charset=UTF-8";
/** A list of more users is returned in chunks of CHUNK_SIZE users. */
const MAX_UNCHUNKED = 1000;
const CHUNK_SIZE = 500;

export class Instance {
  constructor({ users, developerToken, roles, owner, attributeKeys, seed, oddities }) {
    /** The ids of the roles. */
    this.roles = roles.map(({ id }) => id);
    this.roleList = roles;
    this.attributeKeys = attributeKeys;
    const initial = Array.isArray(users) ? copyOf(users) : people(users, seed, this.roles);
    /** @type {Map<number, object>} tests may change it */
    this.users = new Map();
    for (const user of initial) this.users.set(Number(user.id), user);
    this.token = developerToken;
    /** The id of the token's owner; undefined if no option names one. */
    this.owner = owner;
    this.firstUser = this.users.keys().next().value;
    this.oddities = oddities;
    this.seed = seed;
    this.next = random(seed ^ 0x5eed);
    this.nextId = this.users.size;
    /** The number of writes so far, including refused ones. */
    this.writes = 0;
    /** User id → number of the write that created the user. */
    this.createdAt = new Map();
    this.deleted = [];
  }

  /**
   * @param {{method: string, path: string, headers: Record<string, string>, body?: string}} request `path` with its query, header names in lower case
   * @returns {{status: number, headers: Record<string, string>, body: string | Iterable<string>}}
   */
  handle({ method, path, headers, body }) {
    const url = new URL(path, "http://instance");
    const id = { "x-request-id": `req-${this.hex(12)}` };
    let response;
    try {
      response = method === "OPTIONS" ? preflight(headers) : (this.blockedResponse() ?? this.route({ method, headers, body, path: url.pathname, query: url.searchParams }));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      response = this.errorResponse(refusal.status, url.pathname, refusal.message, refusal.headers);
    }
    return { status: response.status ?? 200, headers: { ...id, ...response.headers }, body: response.body ?? "" };
  }

  blockedResponse() {
    const html = (status, title, headers) => ({
      status,
      headers: { "content-type": "text/html;charset=UTF-8", ...headers },
      body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${title}</body></html>`,
    });
    switch (this.oddities.blocked) {
      case "login": return html(200, "Domo - Log in");
      case "page": return html(403, "Domo - Blocked");
      case "redirect": return html(303, "See Other", { location: "https://blocked.example/" });
      case "notAcceptable": return html(406, "Not Acceptable");
      default: return undefined;
    }
  }

  route(request) {
    const token = (request.headers["x-domo-developer-token"] ?? "").trim();
    if (token === "" || (this.token !== undefined && token !== this.token)) refuse(401, "The developer token is missing or not valid");
    const routes = this.routes(request);
    if (!routes) refuse(404, `No such path: ${request.path}`);
    if (!Object.hasOwn(routes, request.method)) refuse(405, `${request.method} is not allowed here`, { allow: `${Object.keys(routes).join(", ")}, OPTIONS` });
    if (request.method !== "GET" && !request.path.endsWith("/search")) this.writes++;
    return routes[request.method]();
  }

  routes({ path, query, headers, body }) {
    const read = () => jsonBody(headers, body);
    if (path === USERS) return { GET: () => this.list(query), POST: () => this.create(read()) };
    if (path === `${USERS}/search`) return { POST: () => this.search(read()) };
    if (path === "/api/content/v2/users/me") return { GET: () => this.me() };
    if (path === ROLES) return { GET: () => this.listRoles() };
    if (path === KEYS) return { GET: () => this.listKeys() }; // the instance ignores the filter in the query
    const user = path.match(/^\/api\/identity\/v1\/users\/(\d+)$/);
    if (user) {
      const id = Number(user[1]);
      return { GET: () => this.get(id, query, path), PATCH: () => this.update(id, read(), path), DELETE: () => this.delete(id, body, path) };
    }
    const role = path.match(/^\/api\/authorization\/v1\/roles\/(\d+)\/users$/);
    return role ? { PUT: () => this.assign(Number(role[1]), read()) } : undefined;
  }

  errorResponse(status, path, message, headers) {
    if (this.oddities.errors === "text") return { status, headers: { "content-type": "text/plain;charset=UTF-8", ...headers }, body: REASONS[status] ?? "Error" };
    const toe = `TOE-${this.hex(8)}-${this.hex(5)}`.toUpperCase();
    const body = JSON.stringify({ status, statusReason: REASONS[status] ?? "Error", path, message, toe });
    return { status, headers: { "content-type": JSON_TYPE, ...headers }, body };
  }

  projection(parts, attributes) {
    return projection(parts, { attributes, textIds: this.oddities.ids === "text", roleName: (id) => roleName(id, this.roleList) });
  }

  list(query) {
    const keys = query.has("attributes") ? query.getAll("attributes").flatMap((text) => text.split(",")) : undefined;
    const project = this.projection(query.getAll("parts"), keys);
    const offset = integer(query, "offset", 0);
    const limit = Math.min(integer(query, "limit", Infinity), this.oddities.listLimit ?? Infinity);
    const users = [...this.users.values()].slice(offset, offset + limit);
    const toJson = (user) => JSON.stringify(project(user));
    const body = users.length <= MAX_UNCHUNKED ? `{"users":[${users.map(toJson).join(",")}]}` : chunks(users, toJson);
    return { headers: { "content-type": JSON_TYPE }, body };
  }

  get(id, query, path) {
    const project = this.projection(query.getAll("parts"));
    const user = this.users.get(id);
    return user ? ok({ users: [project(user)] }) : this.unknownUser(id, path);
  }

  unknownUser(id, path) {
    switch (this.oddities.unknownUser) {
      case "empty": return { headers: { "content-type": JSON_TYPE }, body: "" };
      case "emptyList": return ok({ users: [] });
      case "text": return { status: 404, headers: { "content-type": "text/plain;charset=UTF-8" }, body: "Not Found" };
      default: return this.errorResponse(404, path, `User ${id} was not found`);
    }
  }

  create(newUser) {
    if (!isObject(newUser)) refuse(400, "The body must be a JSON object");
    const invalid = TOP_FIELDS.filter((field) => !isValid(field, newUser[field], this.roles));
    if (invalid.length > 0) refuse(400, `Missing or wrong: ${invalid.join(", ")}`);
    const { displayName, emailAddress, roleId } = newUser;
    if (this.byEmail(emailAddress)) refuse(this.oddities.takenEmail ?? 409, `A user with the e-mail address ${emailAddress} exists`);
    let id;
    do id = idAt(this.seed, this.nextId++);
    while (this.users.has(id) || this.deleted.some((user) => Number(user.id) === id));
    const values = { id, displayName, userName: emailAddress, emailAddress, roleId, created: 1_750_000_000_000 + this.writes * 1000, isActive: true };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, values: [value] }));
    const user = { attributes, id, displayName, userName: emailAddress, roleId, emailAddress };
    this.users.set(id, user);
    this.createdAt.set(id, this.writes);
    return ok(this.projection([])(user));
  }

  update(id, changes, path) {
    const user = this.users.get(id);
    if (!user) return this.unknownUser(id, path);
    const { documented, keyed, attributes } = readChanges(changes, this.roles);
    for (const email of [documented.emailAddress, keyed.emailAddress]) {
      if (email !== undefined && this.byEmail(email, user)) refuse(400, `Another user has the e-mail address ${email}`);
    }
    for (const { key, values } of attributes) {
      if (key === "reportsTo") this.checkManager(values);
      if (key === "userName") this.checkUserName(values, user);
    }
    const effective = this.oddities.updates === "attributes" ? keyed : { ...documented, ...keyed };
    for (const [field, value] of Object.entries(effective)) setField(user, field, value);
    for (const attribute of attributes) setAttribute(user, attribute);
    return ok(this.projection([])(user));
  }

  checkManager(values) {
    for (const value of values) {
      if (value === null) continue;
      const id = /^\d+$/.test(String(value)) ? Number(value) : undefined;
      const tooNew = this.createdAt.has(id) && this.writes - this.createdAt.get(id) <= (this.oddities.managerDelay ?? 0);
      if (!this.users.has(id) || tooNew) refuse(400, `reportsTo: ${value} is not a user who can be a manager`);
    }
  }

  checkUserName(values, user) {
    const folded = values.map((value) => String(value).toLowerCase());
    for (const other of this.users.values()) {
      if (other !== user && folded.includes(other.userName?.toLowerCase())) refuse(400, `Another user has the user name ${other.userName}`);
    }
  }

  delete(id, body, path) {
    const user = this.users.get(id);
    if (body) refuse(400, "A delete has no body");
    if (!user && this.oddities.unknownUser === "text") return this.unknownUser(id, path);
    if (!user) refuse(404, `User ${id} was not found`);
    this.users.delete(id);
    this.deleted.push(user);
    return ok(1);
  }

  assign(roleId, ids) {
    if (!this.roles.includes(roleId)) refuse(404, `Role ${roleId} was not found`);
    const isKnown = (id) => (typeof id === "number" || typeof id === "string") && this.users.has(Number(id));
    if (!Array.isArray(ids) || !ids.every(isKnown)) refuse(400, "The body must be [user id, …]");
    for (const id of ids) setField(this.users.get(Number(id)), "roleId", roleId);
    return { status: 204 };
  }

  /** Returns the token's owner. Without the option `owner` that is the first user. */
  me() {
    const id = this.owner ?? this.firstUser;
    const isGone = id !== undefined && !this.users.has(id) && (this.owner !== undefined || this.deleted.some((user) => Number(user.id) === id));
    if (isGone) refuse(401, "The owner of the developer token was deleted");
    const first = () => this.users.values().next().value ?? { id: 1, displayName: "Owner", userName: "owner@example.com", roleId: this.roles[0], emailAddress: "owner@example.com" };
    return ok(this.projection(["SIMPLE"])(this.users.get(id) ?? first()));
  }

  listRoles() {
    if (this.oddities.roles === "forbidden") refuse(403, "The token's owner lacks the grant Manage All Roles");
    return ok(describeRoles(this.roleList, this.users.values()));
  }

  listKeys() {
    if (this.oddities.keys === "forbidden") refuse(403, "The token's owner may not list attribute keys");
    if (this.oddities.keys === "missing") refuse(404, `No such path: ${KEYS}`);
    return ok(keyList(this.users.values(), this.attributeKeys));
  }

  search(query) {
    if (!isObject(query)) refuse(400, "The body must be a JSON object");
    const { parts = [], attributes, showCount, includeDeleted, onlyDeleted } = query;
    if (!isStringArray(parts)) refuse(400, "parts must be an array");
    if (attributes !== undefined && !isStringArray(attributes)) refuse(400, "attributes must be an array of keys");
    const project = this.projection(parts, attributes);
    const all = [...(onlyDeleted ? [] : this.users.values()), ...(includeDeleted || onlyDeleted ? this.deleted : [])];
    const { found, page } = find(all, query);
    const users = page.map(project);
    return ok(showCount === true && this.oddities.searchCount !== false ? { users, count: found.length } : { users });
  }

  byEmail(email, except) {
    const folded = email.toLowerCase();
    for (const user of this.users.values()) if (user !== except && user.emailAddress?.toLowerCase() === folded) return user;
    return undefined;
  }

  hex(digits) {
    let string = "";
    while (string.length < digits) string += Math.floor(this.next() * 16).toString(16);
    return string;
  }
}

const ok = (data) => ({ headers: { "content-type": JSON_TYPE }, body: JSON.stringify(data) });
const isStringArray = (data) => Array.isArray(data) && data.every((item) => typeof item === "string");

function preflight(headers) {
  return {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "X-DOMO-Developer-Token, Content-Type",
      "access-control-max-age": "600",
    },
  };
}

/** Returns a deep copy. jsdom has no structuredClone, but users are plain JSON. */
const copyOf = (users) => (typeof structuredClone === "function" ? structuredClone(users) : JSON.parse(JSON.stringify(users)));

function jsonBody(headers, body) {
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) refuse(400, "Content-Type must be application/json");
  try {
    return JSON.parse(body);
  } catch {
    return refuse(400, "The body is not JSON");
  }
}

function integer(query, name, fallback) {
  const value = query.get(name);
  if (value === null) return fallback;
  if (!/^\d+$/.test(value)) refuse(400, `${name} must be an integer`);
  return Number(value);
}

function* chunks(users, toJson) {
  for (let i = 0; i < users.length; i += CHUNK_SIZE) {
    yield `${i === 0 ? '{"users":[' : ","}${users.slice(i, i + CHUNK_SIZE).map(toJson).join(",")}`;
  }
  yield "]}";
}
