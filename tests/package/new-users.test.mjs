// The option newUsers of planUsers, from the installed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { applyChanges, planUsers } = domoUsers;

const company = (t, options) => instance(t, { users: [{ id: 1, displayName: "Ada", userName: "ada@x.co", roleId: 4, emailAddress: "ada@x.co" }], ...options });
const CSV = "email,displayName,title\nada@x.co,,\nnew@x.co,New,\nboss@x.co,Boss,Boss\n";

test("new users get what their row leaves empty, existing users do not", async (t) => {
  const { config, mock } = await company(t);
  const plan = await planUsers(config, CSV, { newUsers: { roleId: "Participant", title: "Intern", reportsTo: "ada@x.co" } });
  assert.deepEqual(plan.changes.map(({ user, then }) => [user, then]), [
    [{ displayName: "New", emailAddress: "new@x.co", roleId: 4 }, { attributes: [{ key: "title", values: ["Intern"] }, { key: "reportsTo", values: ["1"] }] }],
    [{ displayName: "Boss", emailAddress: "boss@x.co", roleId: 4 }, { attributes: [{ key: "title", values: ["Boss"] }, { key: "reportsTo", values: ["1"] }] }],
  ]);
  assert.equal((await applyChanges(config, plan.changes)).done, 2);
  mock.requests.length = 0;
  assert.deepEqual((await planUsers(config, CSV, { newUsers: { roleId: "Participant" } })).changes, []);
  assert.deepEqual((await planUsers(config, CSV, { newUsers: { roleId: 3 } })).changes, []);
  assert.deepEqual(mock.requests.map(({ path }) => path.replace(/\?.*/, "")), [
    "/api/authorization/v1/roles", "/api/identity/v1/users", // a name is looked up
    "/api/identity/v1/users", // an id is checked only if it is set
  ]);
});

test("rows without an id get the values too", async (t) => {
  const { config } = await company(t);
  const { changes } = await planUsers(config, "id,email,displayName\n,new@x.co,New\n1,ada@x.co,Ada\n", { matchBy: "id", newUsers: { roleId: 3 } });
  assert.deepEqual(changes.map(({ user }) => user), [{ displayName: "New", emailAddress: "new@x.co", roleId: 3 }]);
});

test("the values are checked like those of a row", async (t) => {
  const { config, mock } = await company(t);
  const refusal = async (newUsers) => {
    const error = await rejection(planUsers(config, CSV, { newUsers }));
    assert.equal(error.code, "INVALID_INPUT");
    return error.message;
  };
  for (const [newUsers, message] of [
    [[], /newUsers must be an object of plain data/],
    ["Participant", /newUsers must be an object of plain data/],
    [{ roleId: 4n }, /newUsers must be an object of plain data/],
    [{ roleId: 0 }, /newUsers\.roleId: must be the id or name of a role/],
    [{ roleId: 4, emailAddress: "all@x.co" }, /newUsers\.emailAddress: this field cannot be set for all new users/],
    [{ roleId: 4, id: 7 }, /newUsers\.id: this field cannot be set for all new users/],
    [{ roleId: 4, hireDate: "03/01/2024" }, /newUsers\.hireDate: must be/],
  ]) assert.match(await refusal(newUsers), message);
  assert.equal(mock.requests.length, 0);
  assert.match(await refusal({ roleId: "Particpant" }), /newUsers\.roleId: the instance has no role "Particpant": did you mean Participant\?/);
  assert.match(await refusal({ roleId: 9 }), /newUsers\.roleId: the instance has no role with the id 9/);
  assert.match(await refusal({ roleId: 4, departmnet: "x" }), /newUsers\.departmnet: neither Domo nor any user of the instance has a field of this name: did you mean department\?/);
});
