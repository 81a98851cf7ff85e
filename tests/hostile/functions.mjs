// What every case runs over: each exported function, called rightly, and a host that answers each rightly.

export const JANE = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };
const PATHS = "/api/identity/v1/users";

/** The six that give a promise: their arguments after `domo`, and the JSON that a good instance answers. */
export const PROMISING = {
  createUser: { args: [JANE], good: { id: 7, ...JANE } },
  getUserById: { args: [7], good: { users: [{ id: 7, ...JANE }] } },
  getAllUsers: { args: [], good: { users: [{ id: 7, ...JANE }] } },
  updateUser: { args: [7, { roleId: 4 }], good: { id: 7, ...JANE } },
  deleteUser: { args: [7], good: 1 },
  request: { args: [{ method: "GET", path: `${PATHS}/7` }], good: { any: "thing" } },
};
/** The reads: what they ask for twice does nobody harm. */
export const READS = ["getUserById", "getAllUsers", "request"];
export const ALL = Object.keys(PROMISING);

const FOUND = { users: [{ id: 7, ...JANE }] };
/** Those of whole instances. What each case must come to is said for the six; these must settle, keep the token and leave the module whole. */
export const WHOLE = {
  searchUsers: { args: [], good: FOUND },
  findUserByEmail: { args: [JANE.emailAddress], good: FOUND },
  streamUsers: { args: [], good: FOUND },
  exportUsersCsv: { args: [], good: FOUND },
  planUsers: { args: [[{ ...JANE, roleId: 5 }]], good: FOUND },
  applyChanges: { args: [[{ action: "create", user: JANE }, { action: "update", id: 7, changes: { roleId: 4 } }, { action: "delete", id: 8 }]], good: { id: 7, ...JANE } },
};
/** Those that answer at once; they run over cases about arguments. */
export const AT_ONCE = ["connect", "userAttributes", "isDomoError"];

/** A Response with no more than a client needs. */
export const response = (body, { status = 200, headers = {}, ...rest } = {}) => ({
  status,
  headers: { get: (name) => headers[name] ?? null },
  text: async () => body,
  ...rest,
});

/** Answers every call of `name` rightly; the look-up of a create finds nobody. */
export const good = (name) => async (url) => response(JSON.stringify(/\/search/.test(url) && PROMISING[name] ? { users: [] } : (PROMISING[name] ?? WHOLE[name]).good));

/** For cases in which every response is a 429: applyChanges waits for the rate limit of an instance, here not for long. */
export const briefly = ({ on }) => (on === "applyChanges" ? { options: { deadlineMs: 500 } } : {});

/** A rejection in place of whatever a function throws at once. */
export async function invoke(domoUsers, name, { config, args, options }) {
  if (name === "connect") return domoUsers.connect(config);
  if (AT_ONCE.includes(name)) return domoUsers[name](...args);
  const given = domoUsers[name](config, ...args, ...(options === undefined ? [] : [options]));
  return name in WHOLE ? await drained(given) : await given;
}

/** What a promise, an iterable or a byte stream comes to. */
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
