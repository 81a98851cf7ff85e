// Roles by id and by name, from the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { connect, exportUsersCsv, planUsers, searchUsers } = domoUsers;

const ROLES = "/api/authorization/v1/roles";
const USERS = "/api/identity/v1/users?parts=DETAILED";
const ada = () => ({ id: 1, displayName: "Ada", userName: "ada@x.co", roleId: 4, emailAddress: "ada@x.co" });
const bob = () => ({ id: 2, displayName: "Bob", userName: "bob@x.co", roleId: 2097161234, emailAddress: "bob@x.co" });
const roles = [1, 2, 3, 4, 5, { id: 2097161234, name: "Field Sales" }];
const company = (t, options) => instance(t, { users: [ada(), bob()], roles, ...options });
const paths = (mock) => mock.requests.map(({ path }) => path);
const changesOf = ({ changes }) => changes.map((change) => [change.id, change.changes ?? change.user]);

test("an exported file plans nothing and sends one request", async (t) => {
  const { config, mock } = await instance(t, { users: 200 });
  const csv = await new Response(exportUsersCsv(config)).text();
  mock.requests.length = 0;
  const plan = await planUsers(config, csv);
  assert.deepEqual([plan.changes, plan.unchanged, plan.warnings], [[], 200, []]);
  assert.deepEqual(paths(mock), [USERS]);
});

test("a role is given by id or name, in a column roleId or role, in files and objects", async (t) => {
  const { config, mock } = await company(t);
  for (const header of ["roleId", "roleID", "Role", "role"]) {
    for (const [role, id] of [["Editor", 3], [" editor\u200b ", 3], ["FIELD SALES", 2097161234], ["3", 3]]) {
      for (const desired of [`email,${header}\nada@x.co,${role}\n`, [{ emailAddress: "ada@x.co", [header]: role }]]) {
        assert.deepEqual(changesOf(await planUsers(config, desired)), [[1, { roleId: id }]], `${header} ${role}`);
      }
    }
    assert.deepEqual((await planUsers(config, `email,${header}\nada@x.co,Participant\nbob@x.co,field sales\n`)).changes, []);
  }
  mock.requests.length = 0;
  await planUsers(config, "email,displayName,Role\nnew@x.co,New,Admin\nada@x.co,,Editor\n");
  assert.equal(paths(mock).filter((path) => path === ROLES).length, 1);
});

test("users of a search may be planned as they are", async (t) => {
  const { config, mock } = await company(t);
  const users = [];
  for await (const user of searchUsers(connect(config), { parts: ["DETAILED", "ROLE"] })) users.push(user);
  assert.equal(users[0].role.roleName, "Participant");
  mock.requests.length = 0;
  const plan = await planUsers(config, users);
  assert.deepEqual([plan.changes, plan.warnings, paths(mock)], [[], [], [USERS]]);
});

test("unknown names and ids are refused with the roles of the instance", async (t) => {
  const { config } = await company(t);
  const list = "its roles are Admin (1), Privileged (2), Editor (3), Participant (4), Social (5), Field Sales (2097161234)";
  const refusal = async (csv) => {
    const error = await rejection(planUsers(config, csv));
    assert.equal(error.code, "INVALID_INPUT");
    return error.message;
  };
  assert.ok((await refusal("email,roleId\nada@x.co,Nurse\n")).includes(`row 2, roleId: the instance has no role "Nurse" (${list})`));
  assert.ok((await refusal("email,roleId\nada@x.co,Particpant\n")).includes(`the instance has no role "Particpant": did you mean Participant? (${list})`));
  assert.ok((await refusal("email,roleId\nada@x.co,9\n")).includes(`row 2, roleId: the instance has no role with the id 9 (${list})`));
  assert.match(await refusal("email,Role\nada@x.co,Nurse\n"), /If the column is no role at Domo, ignore it with columns: \{"Role": null\}/);
});

test("a role that the user has is never refused", async (t) => {
  const { config, mock } = await company(t, { roles: [4] });
  assert.deepEqual((await planUsers(config, "email,roleId\nbob@x.co,2097161234\n")).changes, []);
  assert.deepEqual(paths(mock), [USERS]);
});

test("if the token may not list roles, ids work with a warning and names are refused", async (t) => {
  const { config } = await company(t, { oddities: { roles: "forbidden" } });
  const plan = await planUsers(config, "email,roleId\nada@x.co,3\n");
  assert.deepEqual(changesOf(plan), [[1, { roleId: 3 }]]);
  assert.equal(plan.warnings.filter((line) => /ids of the roles .* were not checked/.test(line)).length, 1);
  assert.deepEqual((await planUsers(config, "email,roleId\nada@x.co,4\n")).warnings, []);
  assert.match((await rejection(planUsers(config, "email,roleId\nada@x.co,Editor\n"))).message, /the role "Editor" cannot be looked up, since the instance does not list its roles for this token/);
});

test("a column of an attribute that only the instance lists is written under its key", async (t) => {
  const { config, mock } = await company(t, { attributeKeys: ["costcenter"] });
  const { changes } = await planUsers(config, "email,Cost Center\nada@x.co,7\n");
  assert.deepEqual(changes[0].changes, { attributes: [{ key: "costcenter", values: ["7"] }] });
  assert.equal(paths(mock).filter((path) => path.includes("/meta/keys")).length, 1);
  assert.match((await rejection(planUsers(config, "email,costcentre\nada@x.co,7\n"))).message, /did you mean costcenter\?/);
  for (const keys of ["forbidden", "missing"]) {
    const closed = await company(t, { attributeKeys: ["costcenter"], oddities: { keys } });
    assert.match((await rejection(planUsers(closed.config, "email,Cost Center\nada@x.co,7\n"))).message, /row 1, Cost Center: neither Domo nor any user/);
  }
});
