// One admin with their own users: makes random calls and records the expected state.
import { domoUsers } from "../support/installed.mjs";

const { userAttributes } = domoUsers;

const ROLES = [1, 2, 3, 4, 5];
const pick = (next, list) => list[Math.floor(next() * list.length)];
/** Time after which a busy instance has finished the effects of a call. */
const LATER_MS = 3000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Admin {
  /** @param tally counts of what happened, shared by all */
  constructor({ domo, next, name, tally }) {
    Object.assign(this, { domo, next, name, tally });
    /** User id → expected state in the instance. */
    this.users = new Map();
    this.made = 0;
  }

  async step() {
    const at = this.next();
    const kind = this.users.size < 3 || at < 0.25 ? "create" : at < 0.55 ? "get" : at < 0.82 ? "update" : at < 0.995 ? "delete" : "list";
    try {
      await this[kind]();
      this.count(`${kind}: done`);
    } catch (error) {
      if (error.name !== "DomoError") throw error;
      this.count(`${kind}: ${error.code}`);
    }
  }

  count(what) {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }

  async create() {
    const emailAddress = `${this.name}.${++this.made}@soak.example`;
    const user = { displayName: `${this.name} Ünïque ${this.made}`, emailAddress, roleId: pick(this.next, ROLES) };
    try {
      const { id } = await this.domo.createUser(user);
      this.users.set(id, { ...user, title: undefined });
    } catch (error) {
      if (error.name === "DomoError" && error.code === "OUTCOME_UNKNOWN") await this.settleCreate(user);
      else if (error.code === "CONFLICT") throw new Error(`the e-mail is this admin's alone: ${error.message}`);
      throw error;
    }
  }

  /** Waits, then finds out whether a create took effect, as an admin would. */
  async settleCreate(user) {
    await wait(LATER_MS);
    const filters = [{ filterType: "value", field: "emailAddress", operator: "EQ", values: [user.emailAddress] }];
    const search = { method: "POST", path: "/api/identity/v1/users/search?explain=false", body: { filters, limit: 50, parts: ["SIMPLE"] } };
    const { users } = await this.surely(() => this.domo.request(search));
    if (users.length > 1) throw new Error(`${user.emailAddress} was created twice`);
    if (users.length === 1) this.users.set(users[0].id, { ...user, title: undefined });
  }

  async get() {
    const [id, expected] = pick(this.next, [...this.users]);
    this.same(await this.domo.getUserById(id, { parts: "DETAILED" }), expected);
  }

  async update() {
    const [id, expected] = pick(this.next, [...this.users]);
    const changed = { ...expected, roleId: pick(this.next, ROLES), title: `T${Math.floor(this.next() * 1000)}` };
    const attributes = [{ key: "title", values: [changed.title] }];
    try {
      this.same(await this.domo.updateUser(id, { roleId: changed.roleId, attributes }), changed);
      this.users.set(id, changed);
    } catch (error) {
      await wait(LATER_MS);
      const is = this.seen(await this.surely(() => this.domo.getUserById(id)));
      if (is !== JSON.stringify(expected) && is !== JSON.stringify(changed)) throw new Error(`neither old nor new: ${is}`);
      this.users.set(id, JSON.parse(is));
      throw error;
    }
  }

  async delete() {
    const [id] = pick(this.next, [...this.users]);
    try {
      await this.domo.deleteUser(id);
      this.users.delete(id);
    } catch (error) {
      await wait(LATER_MS);
      const there = await this.surely(() => this.domo.getUserById(id).then(() => true, (e) => e.code !== "NOT_FOUND" && Promise.reject(e)));
      if (!there) this.users.delete(id);
      throw error;
    }
  }

  async list() {
    const ids = new Set((await this.domo.getAllUsers({ parts: "MINIMAL" })).map(({ id }) => id));
    for (const id of this.users.keys()) if (!ids.has(id)) throw new Error(`user ${id} is missing`);
  }

  async surely(call) {
    for (let left = 50; ; left--) {
      try {
        return await call();
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  seen(user) {
    const { displayName, emailAddress, roleId } = user;
    return JSON.stringify({ displayName, emailAddress, roleId, title: userAttributes(user).title });
  }

  same(user, expected) {
    if (this.seen(user) !== JSON.stringify(expected)) throw new Error(`${this.seen(user)} is not ${JSON.stringify(expected)}`);
  }
}
