// Valid programs compile, and invalid ones do not.
import { type DomoConfig, type User, type UserPlan, DomoError, connect, createUser, getUserById, isDomoError, updateUser, userAttributes } from "domo-users";
import { getUserAttributes } from "domo-users/codeengine";
import { applyChanges as applyInCodeEngine, findUserByEmail as findInCodeEngine, planUsers as planInCodeEngine } from "domo-users/codeengine/directory";
import { mockDomo } from "domo-users/mock";

const config: DomoConfig = { instance: "acme", developerToken: async () => "token", fetch: mockDomo().fetch };
const domo = connect(config);

export async function usage(): Promise<string> {
  const user: User = await createUser(domo, { displayName: "J", emailAddress: "j@example.com", roleId: 4, title: "any" });
  await getUserById(config, user.id, { parts: ["ROLE", "GROUPS"], signal: AbortSignal.timeout(5) });
  await domo.updateUser("7", { attributes: [{ key: "title", values: ["x", null] }] });
  const department = userAttributes(user).department;
  const flat: Record<string, unknown> = await getUserAttributes(7);
  try {
    await domo.deleteUser(7);
  } catch (error) {
    if (isDomoError(error) && error.code === "NOT_FOUND") return error.path ?? "";
    // @ts-expect-error no such code
    if (isDomoError(error) && error.code === "GONE") return "";
  }
  for await (const one of domo.streamUsers({ parts: "DETAILED" })) department?.toString().concat(one.displayName);
  const csv: ReadableStream<Uint8Array> = domo.exportUsersCsv({ columns: ["id", "department"], rawCells: true, bom: true });
  const plan: UserPlan = await domo.planUsers(csv, { matchBy: "id", deleteMissing: true, protect: [7, "8"] });
  async function* list() {
    yield { emailAddress: "j@example.com", roleId: 4 };
  }
  async function* file() {
    yield new Uint8Array(1);
  }
  for (const more of [await domo.planUsers(list()), await domo.planUsers(file())]) plan.changes.push(...more.changes);
  interface Row {
    emailAddress: string;
    roleId: string;
    title: string;
  }
  const rows: Row[] = [{ emailAddress: "j@example.com", roleId: "4", title: "Analyst" }];
  plan.changes.push(...(await domo.planUsers(rows)).changes, ...(await domo.planUsers(new Set(rows))).changes);
  for await (const one of domo.searchUsers({ parts: "DETAILED" })) one.displayName.concat();
  for (const change of plan.changes) if (change.action === "update") change.changes.roleId?.toFixed();
  let { cursor }: { cursor: string | null } = await domo.applyChanges(plan, { cursor: undefined, deadlineMs: 60_000 });
  const inEngine = await planInCodeEngine({ csv: "email" }, { emptyCells: "clear" });
  const ran = await applyInCodeEngine(inEngine, cursor, { concurrency: 2 });
  for (const { error, userId } of ran.results) if (error?.code === "CONFLICT") error.message.concat(String(userId));
  cursor = (await applyInCodeEngine(inEngine.changes)).cursor;
  (await findInCodeEngine("j@example.com"))?.displayName.concat(cursor ?? "");
  // @ts-expect-error only data goes in and out there
  await applyInCodeEngine(inEngine, null, { onProgress: () => {} });
  const fromEnvironment = connect();
  const roles = await fromEnvironment.request<Array<{ id: number }>>({ method: "GET", path: "/api/authorization/v1/roles" });
  const parts = ["ROLE", "SIMPLE"] as const;
  await domo.getUserById(roles[0]?.id ?? 7, { parts, signal: undefined });
  for await (const one of domo.searchUsers({ parts, attributes: ["title"] as const })) one.displayName.concat();
  const failure: unknown = new DomoError("NOT_FOUND", "no such user", { status: 404 });
  if (failure instanceof DomoError) failure.status?.toFixed();
  domo.getUserById = async () => user; // a client's functions can be replaced
  // @ts-expect-error no such code
  new DomoError("GONE", "x");
  // @ts-expect-error matched by fields with a name
  await domo.planUsers("email", { matchBy: "email" });
  // @ts-expect-error an address is a text
  await domo.planUsers([{ emailAddress: 7 }]);
  // @ts-expect-error parts have names
  await getUserById(config, 7, { parts: "ALL" });
  // @ts-expect-error a role is a number
  await createUser(config, { displayName: "J", emailAddress: "j@example.com", roleId: "4" });
  // @ts-expect-error a value is no object
  await updateUser(config, 7, { attributes: [{ key: "title", values: [{}] }] });
  return String(department ?? flat);
}
