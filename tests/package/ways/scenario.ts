// Each endpoint and each error code once. Compiled as an ES module and as CommonJS.
import { type DomoConfig, type User, connect, createUser, deleteUser, getAllUsers, getUserById, isDomoError, request, updateUser, userAttributes } from "domo-users";
import { mockDomo } from "domo-users/mock";

async function main(): Promise<void> {
  const mock = mockDomo({ users: 10, developerToken: "right" });
  const server = await mock.listen();
  const config: DomoConfig = { baseUrl: server.baseUrl, developerToken: "right", maxRetries: 0, timeoutMs: 2000 };
  const domo = connect(config);
  const seen: Record<string, unknown> = {};

  const jane: User = await createUser(domo, { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 });
  seen.createUser = jane.displayName;
  seen.getUserById = (await getUserById(config, jane.id, { parts: "DETAILED" })).emailAddress;
  seen.getAllUsers = (await getAllUsers(domo)).length;
  seen.updateUser = (await updateUser(domo, jane.id, { roleId: 2, attributes: [{ key: "title", values: ["Chief"] }] })).roleId;
  seen.userAttributes = userAttributes(await domo.getUserById(jane.id)).title;
  seen.request = Array.isArray(await request(domo, { method: "GET", path: "/api/authorization/v1/roles" }));
  seen.deleteUser = await deleteUser(domo, String(jane.id));

  const code = async (failing: () => Promise<unknown>): Promise<string> => {
    try {
      await failing();
      return "none";
    } catch (error) {
      return isDomoError(error) && error instanceof Error ? error.code : `not ours: ${String(error)}`;
    }
  };
  const answered = (status: number, body?: string) => (): Promise<unknown> => {
    mock.addFault({ status, ...(body !== undefined && { body }) });
    return getAllUsers(config);
  };
  const [{ emailAddress }] = mock.users.values() as unknown as [User];
  const lost = { displayName: "Lost", emailAddress: "lost@example.com", roleId: 1 };
  const failures: Record<string, () => Promise<unknown>> = {
    INVALID_CONFIG: async () => connect({ instance: "a/b", developerToken: "x" }),
    INVALID_INPUT: () => getUserById(config, 0),
    UNAUTHORIZED: () => getAllUsers({ ...config, developerToken: "wrong" }),
    FORBIDDEN: answered(403),
    NOT_FOUND: () => getUserById(config, 5),
    CONFLICT: () => createUser(config, { ...lost, emailAddress: emailAddress ?? "" }),
    RATE_LIMITED: answered(429),
    REQUEST_REJECTED: answered(418),
    SERVER_ERROR: answered(500),
    REDIRECTED: answered(302),
    BAD_RESPONSE: answered(200, "<html>"),
    TIMEOUT: () => {
      mock.addFault({ delayMs: 2000 });
      return getAllUsers(config, { timeoutMs: 20 });
    },
    OUTCOME_UNKNOWN: () => {
      mock.addFault({ method: "POST", drop: true, times: 2 });
      return createUser(config, lost);
    },
    NETWORK: async () => {
      await server.close();
      return getAllUsers(config);
    },
  };
  for (const [name, failing] of Object.entries(failures)) seen[name] = await code(failing);
  console.log(JSON.stringify(seen));
}

void main();
