// The functions that every case is run with: each exported function with valid arguments, and a host with valid responses.

export const JANE = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };
const PATHS = "/api/identity/v1/users";

/** The six functions that return a promise: their arguments after `domo`, and the JSON of a valid response. */
export const PROMISING = {
  createUser: { args: [JANE], good: { id: 7, ...JANE } },
  getUserById: { args: [7], good: { users: [{ id: 7, ...JANE }] } },
  getAllUsers: { args: [], good: { users: [{ id: 7, ...JANE }] } },
  updateUser: { args: [7, { roleId: 4 }], good: { id: 7, ...JANE } },
  deleteUser: { args: [7], good: 1 },
  request: { args: [{ method: "GET", path: `${PATHS}/7` }], good: { any: "thing" } },
};
/** The reads, which may be repeated. */
export const READS = ["getUserById", "getAllUsers", "request"];
export const ALL = Object.keys(PROMISING);

const FOUND = { users: [{ id: 7, ...JANE }] };
/** The functions for whole instances. Each case states the expected result for the six only; these must settle, not leak the token and leave the module intact. */
export const WHOLE = {
  searchUsers: { args: [], good: FOUND },
  findUserByEmail: { args: [JANE.emailAddress], good: FOUND },
  listRoles: { args: [], good: [{ id: 1, name: "Admin" }] },
  streamUsers: { args: [], good: FOUND },
  exportUsersCsv: { args: [], good: FOUND },
  planUsers: { args: [[{ ...JANE, roleId: 5 }]], good: FOUND },
  applyChanges: { args: [[{ action: "create", user: JANE }, { action: "update", id: 7, changes: { roleId: 4 } }, { action: "delete", id: 8 }]], good: { id: 7, ...JANE } },
};
/** The functions without `domo`, for cases about arguments. */
export const AT_ONCE = ["connect", "userAttributes", "isDomoError", "formatPlan", "undoPlan", "usersToCsv", "rejectedRows"];

/** A Response with only the fields that a client needs. */
export const response = (body, { status = 200, headers = {}, ...rest } = {}) => ({
  status,
  headers: { get: (name) => headers[name] ?? null },
  text: async () => body,
  ...rest,
});

/** A fetch with valid responses for `name`; the look-up after a create finds nobody. */
export const good = (name) => async (url) => response(JSON.stringify(/\/search/.test(url) && PROMISING[name] ? { users: [] } : (PROMISING[name] ?? WHOLE[name]).good));

/** For cases in which every response is a 429: limits how long applyChanges waits. */
export const briefly = ({ on }) => (on === "applyChanges" ? { options: { deadlineMs: 500 } } : {});

/** Turns a synchronous exception into a rejection. */
export async function invoke(domoUsers, name, { config, args, options }) {
  if (name === "connect") return domoUsers.connect(config);
  if (AT_ONCE.includes(name)) return await drained(domoUsers[name](...args));
  const given = domoUsers[name](config, ...args, ...(options === undefined ? [] : [options]));
  return name in WHOLE ? await drained(given) : await given;
}

/** Resolves with the result of a promise, an iterable or a byte stream. */
async function drained(given) {
  if (given?.getReader) {
    const reader = given.getReader();
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return bytes;
      bytes += value.length;
    }
  }
  if (!given?.next) return await given;
  const users = [];
  for (;;) {
    const { done, value } = await given.next();
    if (done) return users;
    users.push(value);
  }
}
