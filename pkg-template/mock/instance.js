// An instance's state and its routes, as strict as Domo documents them. Knows nothing of fetch or sockets.
import { fits, isObject, readChanges, setAttribute, setField, TOP } from "./changes.js";
import { roleName, shape } from "./parts.js";
import { idAt, people, random } from "./people.js";
import { find } from "./query.js";
import { REASONS, refuse, Refused } from "./refused.js";

const USERS = "/api/identity/v1/users";
const ROLES = "/api/authorization/v1/roles";
const JSON_TYPE = "application/json;charset=UTF-8";
/** A list of more users than WHOLE is answered in pieces of PIECE users. */
const WHOLE = 1000;
const PIECE = 500;

export class Instance {
  constructor({ users, developerToken, roles, seed, oddities }) {
    const given = Array.isArray(users) ? copyOf(users) : people(users, seed, roles);
    /** @type {Map<number, object>} live: tests change it */
    this.users = new Map();
    for (const user of given) this.users.set(Number(user.id), user);
    this.token = developerToken;
    this.roles = roles;
    this.oddities = oddities;
    this.seed = seed;
    this.next = random(seed ^ 0x5eed);
    this.nextId = this.users.size;
    /** How many writes came so far, refused ones too. */
    this.writes = 0;
    /** id → number of the write that created it */
    this.born = new Map();
    this.deleted = [];
  }

  /**
   * @param {{method: string, path: string, headers: Record<string, string>, body?: string}} call path with query, header names in lower case
   * @returns {{status: number, headers: Record<string, string>, body: string | Iterable<string>}}
   */
  handle({ method, path, headers, body }) {
    const url = new URL(path, "http://instance");
    const id = { "x-request-id": `req-${this.hex(12)}` };
    let answer;
    try {
      answer = method === "OPTIONS" ? preflight(headers) : (this.blocked() ?? this.route({ method, headers, body, path: url.pathname, query: url.searchParams }));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      answer = this.refusal(refused.status, url.pathname, refused.message, refused.headers);
    }
    return { status: answer.status ?? 200, headers: { ...id, ...answer.headers }, body: answer.body ?? "" };
  }

  blocked() {
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

  route(call) {
    const token = (call.headers["x-domo-developer-token"] ?? "").trim();
    if (token === "" || (this.token !== undefined && token !== this.token)) refuse(401, "The developer token is missing or not valid");
    const routes = this.routes(call);
    if (!routes) refuse(404, `No such path: ${call.path}`);
    if (!Object.hasOwn(routes, call.method)) refuse(405, `${call.method} is not allowed here`, { allow: `${Object.keys(routes).join(", ")}, OPTIONS` });
    if (call.method !== "GET" && !call.path.endsWith("/search")) this.writes++;
    return routes[call.method]();
  }

  routes({ path, query, headers, body }) {
    const read = () => json(headers, body);
    if (path === USERS) return { GET: () => this.list(query), POST: () => this.create(read()) };
    if (path === `${USERS}/search`) return { POST: () => this.search(read()) };
    if (path === "/api/content/v2/users/me") return { GET: () => this.me() };
    if (path === ROLES) return { GET: () => ok(this.roles.map((id) => ({ id, name: roleName(id) }))) };
    const user = path.match(/^\/api\/identity\/v1\/users\/(\d+)$/);
    if (user) {
      const id = Number(user[1]);
      return { GET: () => this.get(id, query, path), PATCH: () => this.update(id, read(), path), DELETE: () => this.delete(id, body, path) };
    }
    const role = path.match(/^\/api\/authorization\/v1\/roles\/(\d+)\/users$/);
    return role ? { PUT: () => this.assign(Number(role[1]), read()) } : undefined;
  }

  refusal(status, path, message, headers) {
    if (this.oddities.errors === "text") return { status, headers: { "content-type": "text/plain;charset=UTF-8", ...headers }, body: REASONS[status] ?? "Error" };
    const toe = `TOE-${this.hex(8)}-${this.hex(5)}`.toUpperCase();
    const body = JSON.stringify({ status, statusReason: REASONS[status] ?? "Error", path, message, toe });
    return { status, headers: { "content-type": JSON_TYPE, ...headers }, body };
  }

  shape(parts, attributes) {
    return shape(parts, { attributes, textIds: this.oddities.ids === "text" });
  }

  list(query) {
    const keys = query.has("attributes") ? query.getAll("attributes").flatMap((text) => text.split(",")) : undefined;
    const shown = this.shape(query.getAll("parts"), keys);
    const offset = whole(query, "offset", 0);
    const limit = whole(query, "limit", Infinity);
    const users = [...this.users.values()].slice(offset, offset + limit);
    const text = (user) => JSON.stringify(shown(user));
    const body = users.length <= WHOLE ? `{"users":[${users.map(text).join(",")}]}` : pieces(users, text);
    return { headers: { "content-type": JSON_TYPE }, body };
  }

  get(id, query, path) {
    const shown = this.shape(query.getAll("parts"));
    const user = this.users.get(id);
    return user ? ok({ users: [shown(user)] }) : this.unknown(id, path);
  }

  unknown(id, path) {
    switch (this.oddities.unknownUser) {
      case "empty": return { headers: { "content-type": JSON_TYPE }, body: "" };
      case "emptyList": return ok({ users: [] });
      case "text": return { status: 404, headers: { "content-type": "text/plain;charset=UTF-8" }, body: "Not Found" };
      default: return this.refusal(404, path, `User ${id} was not found`);
    }
  }

  create(given) {
    if (!isObject(given)) refuse(400, "The body must be a JSON object");
    const wrong = TOP.filter((field) => !fits(field, given[field], this.roles));
    if (wrong.length > 0) refuse(400, `Missing or wrong: ${wrong.join(", ")}`);
    const { displayName, emailAddress, roleId } = given;
    if (this.byEmail(emailAddress)) refuse(this.oddities.takenEmail ?? 409, `A user with the e-mail address ${emailAddress} exists`);
    let id;
    do id = idAt(this.seed, this.nextId++);
    while (this.users.has(id) || this.deleted.some((user) => Number(user.id) === id));
    const own = { id, displayName, userName: emailAddress, emailAddress, roleId, created: 1_750_000_000_000 + this.writes * 1000, isActive: true };
    const attributes = Object.entries(own).map(([key, value]) => ({ key, values: [value] }));
    const user = { attributes, id, displayName, userName: emailAddress, roleId, emailAddress };
    this.users.set(id, user);
    this.born.set(id, this.writes);
    return ok(this.shape([])(user));
  }

  update(id, given, path) {
    const user = this.users.get(id);
    if (!user) return this.unknown(id, path);
    const { documented, keyed, attributes } = readChanges(given, this.roles);
    for (const email of [documented.emailAddress, keyed.emailAddress]) {
      if (email !== undefined && this.byEmail(email, user)) refuse(400, `Another user has the e-mail address ${email}`);
    }
    for (const { key, values } of attributes) if (key === "reportsTo") this.checkManager(values);
    const effective = this.oddities.updates === "attributes" ? keyed : { ...documented, ...keyed };
    for (const [field, value] of Object.entries(effective)) setField(user, field, value);
    for (const attribute of attributes) setAttribute(user, attribute);
    return ok(this.shape([])(user));
  }

  checkManager(values) {
    for (const value of values) {
      if (value === null) continue;
      const id = /^\d+$/.test(String(value)) ? Number(value) : undefined;
      const tooNew = this.born.has(id) && this.writes - this.born.get(id) <= (this.oddities.managerDelay ?? 0);
      if (!this.users.has(id) || tooNew) refuse(400, `reportsTo: ${value} is not a user who can be a manager`);
    }
  }

  delete(id, body, path) {
    const user = this.users.get(id);
    if (body) refuse(400, "A delete has no body");
    if (!user && this.oddities.unknownUser === "text") return this.unknown(id, path);
    if (!user) refuse(404, `User ${id} was not found`);
    this.users.delete(id);
    this.deleted.push(user);
    return ok(1);
  }

  assign(roleId, ids) {
    if (!this.roles.includes(roleId)) refuse(404, `Role ${roleId} was not found`);
    const known = (id) => (typeof id === "number" || typeof id === "string") && this.users.has(Number(id));
    if (!Array.isArray(ids) || !ids.every(known)) refuse(400, "The body must be [user id, …]");
    for (const id of ids) setField(this.users.get(Number(id)), "roleId", roleId);
    return { status: 204 };
  }

  me() {
    const { value: owner = { id: 1, displayName: "Owner", userName: "owner@example.com", roleId: this.roles[0], emailAddress: "owner@example.com" } } = this.users.values().next();
    return ok(this.shape(["SIMPLE"])(owner));
  }

  search(query) {
    if (!isObject(query)) refuse(400, "The body must be a JSON object");
    const { parts = [], attributes, showCount, includeDeleted, onlyDeleted } = query;
    if (!isTexts(parts)) refuse(400, "parts must be an array");
    if (attributes !== undefined && !isTexts(attributes)) refuse(400, "attributes must be an array of keys");
    const shown = this.shape(parts, attributes);
    const all = [...(onlyDeleted ? [] : this.users.values()), ...(includeDeleted || onlyDeleted ? this.deleted : [])];
    const { found, page } = find(all, query);
    const users = page.map(shown);
    return ok(showCount === true && this.oddities.searchCount !== false ? { users, count: found.length } : { users });
  }

  byEmail(email, except) {
    const plain = email.toLowerCase();
    for (const user of this.users.values()) if (user !== except && user.emailAddress?.toLowerCase() === plain) return user;
    return undefined;
  }

  hex(digits) {
    let text = "";
    while (text.length < digits) text += Math.floor(this.next() * 16).toString(16);
    return text;
  }
}

const ok = (data) => ({ headers: { "content-type": JSON_TYPE }, body: JSON.stringify(data) });
const isTexts = (data) => Array.isArray(data) && data.every((text) => typeof text === "string");

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

/** jsdom has no structuredClone; users are what JSON can say. */
const copyOf = (users) => (typeof structuredClone === "function" ? structuredClone(users) : JSON.parse(JSON.stringify(users)));

function json(headers, body) {
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) refuse(400, "Content-Type must be application/json");
  try {
    return JSON.parse(body);
  } catch {
    return refuse(400, "The body is not JSON");
  }
}

function whole(query, name, fallback) {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d+$/.test(text)) refuse(400, `${name} must be a whole number`);
  return Number(text);
}

function* pieces(users, text) {
  for (let i = 0; i < users.length; i += PIECE) {
    yield `${i === 0 ? '{"users":[' : ","}${users.slice(i, i + PIECE).map(text).join(",")}`;
  }
  yield "]}";
}
