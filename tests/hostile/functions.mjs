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
export const good = (name) => async (url) => response(JSON.stringify(/\/search/.test(url) ? { users: [] } : PROMISING[name].good));

/** A rejection in place of whatever a function throws at once. */
export async function invoke(domoUsers, name, { config, args, options }) {
  if (name === "connect") return domoUsers.connect(config);
  if (AT_ONCE.includes(name)) return domoUsers[name](...args);
  return await domoUsers[name](config, ...args, ...(options === undefined ? [] : [options]));
}
