// What the token may do, as far as reads show it.
import { KEYS_REQUEST } from "../fields.js";
import { interrupt } from "../terminal.js";
import { adviceFor } from "./advice.js";

const SMALLEST_PAGE = 50;

/** Yields checks. Reading users is needed by most commands; without the others, the commands do less. */
export async function* accessChecks({ domo, owner, error, host, protocol, token }) {
  const signal = interrupt;
  if (error?.code === "UNAUTHORIZED" && !token) {
    yield { name: "token", result: "failed", message: "none was sent, and the server at this address adds none", advice: "set DOMO_DEVELOPER_TOKEN in the environment or in a file .env, or pass --token-stdin" };
    return;
  }
  if (error?.code === "UNAUTHORIZED") {
    yield { name: "token", result: "failed", message: error.message, advice: adviceFor(error) };
    return;
  }
  yield owner
    ? { name: "token", result: "ok", message: `belongs to ${owner.displayName ?? owner.userName ?? "a user"}, id ${owner.id}` }
    : { name: "token", result: "warning", message: `its owner is not known: ${error.message}`, advice: adviceFor(error, { host, protocol }) };

  let found = owner;
  const search = await attempt(async () => {
    for await (const user of domo.searchUsers({ pageSize: SMALLEST_PAGE, signal })) {
      found ??= user;
      break;
    }
  });
  const read = found ? await attempt(() => domo.getUserById(found.id, { signal })) : search;
  yield check("read users", read, "failed", "allowed", "the owner of the token may need a role with the grant Manage All Users");
  yield check("search users", search, "warning", "allowed", "users are looked up in the list of all users instead, which takes longer");
  const roles = await attempt(() => domo.listRoles({ signal }));
  yield check("list roles", roles, "warning", `allowed; ${roles.value?.length} roles`, "roles are given by id; the grant Manage All Roles may be missing");
  const keys = await attempt(() => domo.request(KEYS_REQUEST, { signal }));
  yield check("list attribute keys", keys, "warning", `allowed; ${keys.value?.length} keys`, "attribute keys that no user has must be named with --new-attribute");
  yield {
    name: "change users", result: "info", message: "was not tried, since that would change something",
    advice: "if a change is refused, the owner of the token may lack one of these grants: Manage All Users, Add New People, Manage All Roles",
  };

  function check(name, { error: refused }, result, message, without) {
    if (!refused) return { name, result: "ok", message };
    const advice = refused.code === "FORBIDDEN" && result === "failed" && !owner ? adviceFor(refused, { host, protocol }) : without;
    return { name, result, message: refused.message, advice };
  }
}

/** Returns `{value}` or `{error}`. */
async function attempt(call) {
  try {
    return { value: await call() };
  } catch (error) {
    interrupt.throwIfAborted();
    return { error };
  }
}
