// User names that are taken, roles that are named by digits, and `a|b` in rows that only create users.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance, rejection } from "../support/installed.mjs";

const { planUsers } = domoUsers;

const user = (id, name, fields) => ({ id, displayName: name, roleId: 4, emailAddress: `${name}@x.co`, userName: name, attributes: [], ...fields });
const requested = ({ requests }, path) => requests.filter((request) => request.path.startsWith(path)).length;

test("a user name that another user has is refused, and so is a swap", async (t) => {
  const { config } = await instance(t, { users: [user(7, "ann"), user(8, "bob")] });
  const error = await rejection(planUsers(config, "email,userName\nann@x.co,BOB\nbob@x.co,ann\n"));
  assert.equal(error.code, "INVALID_INPUT");
  assert.deepEqual(error.rows.map(({ row, column, value }) => [row, column, value]), [[2, "userName", "BOB"], [3, "userName", "ann"]]);
  assert.match(error.message, /the user with id 8 has this user name; if the row is for that user, match the row to them; otherwise change their user name first, in a separate plan/);
  assert.match(error.message, /ann@x\.co/);
  const twice = await rejection(planUsers(config, "email,userName\nann@x.co,new\nbob@x.co,new\n"));
  assert.match(twice.message, /two users cannot have the same user name/);
  assert.deepEqual((await planUsers(config, "email,userName\nann@x.co,ann\nbob@x.co,bob\n")).changes, []);
});

test("a role that is named by digits is found by its name, with one request for the roles", async (t) => {
  const roles = [{ id: 4, name: "Participant" }, { id: 77, name: "2024" }, { id: 5, name: "Social" }];
  const { mock, config } = await instance(t, { users: [user(7, "ann"), user(8, "bob", { roleId: 77 })], roles });
  const plan = await planUsers(config, "email,roleId,displayName\nann@x.co,2024,\nbob@x.co,2024,\nnew@x.co,,New\n", { newUsers: { roleId: "2024" } });
  assert.deepEqual(plan.changes.map(({ changes, user }) => changes ?? user.roleId), [{ roleId: 77 }, 77]);
  assert.equal(plan.unchanged, 1);
  assert.equal(requested(mock, "/api/authorization/v1/roles"), 1);
  const both = await instance(t, { users: [user(7, "ann")], roles: [...roles, { id: 2024, name: "Sales" }] });
  const error = await rejection(planUsers(both.config, [{ emailAddress: "ann@x.co", roleId: "2024" }]));
  assert.match(error.message, /more than one role "2024": give the id 77 for the role with this name, or the name Sales for the role with this id/);
  const byNumber = await planUsers(both.config, [{ emailAddress: "ann@x.co", roleId: 2024 }]);
  assert.deepEqual(byNumber.changes[0].changes, { roleId: 2024 }, "a number is always an id");
});

test("a column role sets no roles if the instance lists an attribute of this name", async (t) => {
  const { config } = await instance(t, { users: [user(7, "ann")], attributeKeys: ["role"] });
  const { changes, warnings } = await planUsers(config, "email,role\nann@x.co,Admin\n");
  assert.deepEqual(changes, []);
  assert.match(warnings.join(), /^Ignored the column role, since the instance has an attribute of this name/);
});

test("an address with a final sigma is the same in another case, and damaged values between | are refused", async (t) => {
  const { config } = await instance(t, { users: [user(7, "ann"), user(8, "ΟΔΟΣ")] });
  const { changes, unchanged } = await planUsers(config, "email\nann@x.co\nοδος@x.co\n", { deleteMissing: true });
  assert.deepEqual([changes, unchanged], [[], 2]);
  const error = await rejection(planUsers(config, "email,title\nann@x.co,a|#N/A\n"));
  assert.match(error.message, /row 2, title: "a\|#N\/A" is the error of a spreadsheet formula/);
});

test("`a|b` is several values in a list that only creates users if the instance lists the attribute with several", async (t) => {
  const attributeKeys = [{ key: "skills", validator: "ANY_VALUE_MULTI" }, "motto"];
  const { config } = await instance(t, { users: [user(7, "ann")], attributeKeys });
  const { changes, warnings } = await planUsers(config, "email,displayName,roleId,skills,motto\nnew@x.co,New,4,x|y,a|b\n");
  assert.deepEqual(changes[0].then.attributes, [{ key: "skills", values: ["x", "y"] }, { key: "motto", values: ["a|b"] }]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /values with \|, written as one value each/);
});
