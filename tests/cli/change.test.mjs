// domo-users update, delete and offboard.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { run, start, until } from "../support/cli.mjs";
import { answering, attributeOf, byEmail, modeOf, office, PEOPLE, person, writes } from "../support/lists.mjs";

test("update changes fields by name, with roles and dates checked, and clears with key=", async (t) => {
  const { mock, here, cwd } = await office(t);
  const { code, stdout, stderr } = await run(["update", "grace@example.com", "role=editor", "title=", "Hire Date=2024-03-01", "department=R&D", "--yes"], here);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(stderr, /~ Grace Hopper <grace@example\.com>, id 2\n/);
  assert.match(stderr, /role: Participant \(4\) → Editor \(3\)/);
  assert.match(stderr, /1 done, 0 failed, 0 skipped/);
  const grace = mock.users.get(2);
  assert.deepEqual([grace.roleId, attributeOf(grace, "title") ?? null, attributeOf(grace, "department")], [3, null, "R&D"]);
  assert.equal(Number(attributeOf(grace, "hireDate")), Date.UTC(2024, 2, 1));
  assert.deepEqual(readdirSync(cwd), []);
});

test("update reads JSON from a file or stdin, with null to clear; --json prints the user", async (t) => {
  const { mock, here, write } = await office(t);
  write("changes.json", '\ufeff{"title": null, "department": "Fleet"}');
  const { code, stdout, stderr } = await run(["update", "2", "--data", "@changes.json", "role=Editor", "--yes", "--json"], here);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).id, 2);
  assert.deepEqual([mock.users.get(2).roleId, attributeOf(mock.users.get(2), "department")], [3, "Fleet"]);
  assert.equal((await run(["update", "2", "--data", "-", "--yes"], { ...here, input: '{"title": "Captain"}' })).code, 0);
  assert.equal(attributeOf(mock.users.get(2), "title"), "Captain");
});

test("update asks in a terminal, and refuses without one", async (t) => {
  const all = await office(t);
  const refused = await run(["update", "2", "title=x"], all.here);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /title: Admiral → x[^]*without a terminal nobody can be asked/);
  const question = /Apply 1 change to 127\.0\.0\.1:\d+\? \[y\/N\] /;
  assert.equal((await answering(["update", "2", "title=x"], { ...all, question, answer: "n\n" })).code, 1);
  assert.deepEqual(writes(all.mock), []);
  assert.equal((await answering(["update", "2", "title=x"], { ...all, question, answer: "yes\n" })).code, 0);
  assert.equal(attributeOf(all.mock.users.get(2), "title"), "x");
});

test("update refuses what it does not understand, in words without rows and columns", async (t) => {
  const { mock, here, write } = await office(t);
  write("empty.json", '{"displayName": " ", "title": "x"}');
  write("created.json", '{"attributes": [{"key": "created", "values": [5]}]}');
  for (const [args, exitCode, reason] of [
    [["2", "titel=x"], 2, /Grace Hopper <grace@example\.com> cannot be changed like this:\n- titel: .*did you mean title\?/],
    [["2", "role=Admn"], 2, /- role: .*did you mean Admin\?/],
    [["2", "hireDate=03/01/2024"], 2, /- hireDate: /],
    [["2", "displayName="], 2, /displayName cannot be empty/],
    [["2", "--data", "empty.json"], 2, /displayName cannot be empty/],
    [["2", "--data", "created.json"], 2, /created cannot be set with the Users API\. Leave it out\./],
    [["2", "id=3"], 2, /id of a user cannot be changed/],
    [["2", "title=x", "lastLogin=5", "Groups=a"], 2, /lastLogin, Groups cannot be set with the Users API\. Leave them out\./],
    [["2", "shoe=4"], 2, /- shoe: neither Domo nor any user of the instance has a field of this name\. To write it as a new attribute: --new-attribute "shoe"/],
    [["2", "title"], 2, /written as key=value.*"title"/],
    [["2", "title=a", "title=b"], 2, /title is given twice/],
    [["2"], 2, /Nothing is to be changed/],
    [["nobody@example.com", "title=x"], 1, /No user has the e-mail address nobody@example\.com/],
    [["99", "title=x"], 1, /99 was not found/],
  ]) {
    const { code, stderr } = await run(["update", ...args, "--yes"], here);
    assert.match(stderr, reason);
    assert.doesNotMatch(stderr, /\brow \d|--map|--ignore/);
    assert.equal(code, exitCode, stderr);
  }
  assert.deepEqual(writes(mock), []);
  assert.equal((await run(["update", "2", "shoeSize=38", "--new-attribute", "shoeSize", "--yes"], here)).code, 0);
});

test("several values are written as an array, by update and create", async (t) => {
  const { mock, here } = await office(t);
  assert.equal((await run(["update", "2", 'title=["a","b"]', "department=[x]", "--yes"], here)).code, 0);
  const valuesOf = (user, wanted) => user.attributes.find(({ key }) => key === wanted).values;
  assert.deepEqual([valuesOf(mock.users.get(2), "title"), valuesOf(mock.users.get(2), "department")], [["a", "b"], ["[x]"]]);
  assert.equal((await run(["create", "--name", "N", "--email", "n@example.com", "--role", "4", "--set", 'title=["a","b"]'], here)).code, 0);
  assert.deepEqual(valuesOf(byEmail(mock, "n@example.com"), "title"), ["a", "b"]);
});

test("the token on stdin is quoted by no error, whatever else would be read from stdin", async (t) => {
  const { mock, here } = await office(t);
  for (const args of [["create", "--data", "-"], ["update", "2", "--data", "-", "--yes"]]) {
    const { code, stderr } = await run([...args, "--token-stdin"], { ...here, input: 'SecretToken\n{"title": "x"}' });
    assert.deepEqual([code, stderr.includes("Secret")], [2, false]);
    assert.match(stderr, /Both --token-stdin and --data - read stdin/);
    assert.doesNotMatch((await run(args, { ...here, input: "SecretToken\n" })).stderr, /Secret/);
  }
  assert.deepEqual(writes(mock), []);
});

test("the warnings of an update mention no list", async (t) => {
  const { here } = await office(t, { users: [...structuredClone(PEOPLE), person(5, "Hedy Lamarr", 4, { employeeNumber: 7, costCenter: "007" })], owner: 1 });
  const warned = async (...args) => (await run(["update", "5", ...args], here)).stderr;
  assert.match(await warned("emailAddress=h@example.com"), /! The e-mail address changes, but the user name, .*; to change it too, give userName=<new address> as well\./);
  const zeros = await warned("costCenter=7");
  assert.match(zeros, /leading zeros/);
  assert.match(zeros, /\nThere is nothing to change\.\n$/, "the user has another value");
  assert.match(await warned("employeeNumber=x"), /! The change has other text for employeeNumber, where the instance has a number/);
});

test("an update that fails says why and ends with 1", async (t) => {
  const { mock, here } = await office(t);
  mock.addFault({ method: "PATCH", status: 403, times: Infinity });
  const { code, stderr } = await run(["update", "2", "title=x", "--yes"], here);
  assert.equal(code, 1);
  assert.match(stderr, /0 done, 1 failed[^]*Grace Hopper <grace@example\.com>: FORBIDDEN: /);
});

test("delete warns of reports and content, asks for the number of users, and can be undone", async (t) => {
  const all = await office(t);
  const question = /Type the number of users who will be deleted/;
  const args = ["delete", "grace@example.com", "4"];
  const declined = await answering(args, { ...all, question, answer: "y\n" });
  assert.equal(declined.code, 1);
  assert.match(declined.shown, /1 user reports to those who are deleted\..*domo-users offboard grace@example\.com 4 --to <user>/);
  assert.match(declined.shown, /Content that these users own is not moved/);
  assert.equal(all.mock.users.size, 4);
  assert.deepEqual(readdirSync(all.cwd), []);
  const { code, shown } = await answering(args, { ...all, question, answer: "2\n" });
  assert.equal(code, 0, shown);
  assert.deepEqual([...all.mock.users.keys()], [1, 3]);
  const [, plan] = shown.match(/Undo: domo-users undo (domo-users-delete-\d{8}-\d{6}\.plan\.json)/);
  assert.equal(modeOf(all.at(plan)), "600");
  assert.equal((await run(["undo", plan, "--yes"], all.here)).code, 0);
  assert.equal(byEmail(all.mock, "grace@example.com").displayName, "Grace Hopper");
});

test("delete without a terminal is refused unless --yes; the owner of the token and unknown users are refused before anything is done", async (t) => {
  const { mock, here, cwd } = await office(t);
  for (const [args, exitCode, reason] of [
    [["4"], 2, /without a terminal nobody can be asked/],
    [["4", "ada@example.com", "--yes"], 2, /Ada Lovelace <ada@example\.com> is the owner of the token/],
    [["4", "nobody@example.com", "99", "--yes"], 1, /nobody@example\.com[^]*99[^]*Nothing was changed/],
    [["Grace", "--yes"], 2, /by id or e-mail address; received "Grace"/],
  ]) {
    const { code, stderr } = await run(["delete", ...args], here);
    assert.match(stderr, reason);
    assert.equal(code, exitCode);
  }
  assert.deepEqual([writes(mock), readdirSync(cwd)], [[], []]);
  const { code, stdout } = await run(["delete", "4", "joan@example.com", "--yes", "--json"], here);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).done, 1);
  assert.deepEqual([...mock.users.keys()], [1, 2, 3]);
});

test("if a user is created while a delete is planned, nobody is deleted", async (t) => {
  const { mock, here } = await office(t);
  const path = /^\/api\/identity\/v1\/users\?/;
  mock.addFault({ method: "GET", path, delayMs: 50, times: 1, afterEffect: true });
  mock.addFault({ method: "GET", path, delayMs: 500, times: 1 });
  const { ended } = start(["delete", "4", "--yes"], here);
  await until(() => mock.requests.some((request) => path.test(request.path)));
  mock.users.set(5, person(5, "Hedy Lamarr"));
  const { code, stderr } = await ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /have changed while the plan was made[^]*Nothing was changed/);
  assert.deepEqual([...mock.users.keys()], [1, 2, 3, 4, 5]);
});

test("offboard gives the reports to another manager, then deletes, as one plan that can be undone", async (t) => {
  const all = await office(t);
  const { code, stderr } = await run(["offboard", "grace@example.com", "--to", "ada@example.com", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^3 changes: 1 delete, 2 updates/);
  assert.match(stderr, /Content that these users own is not moved/);
  assert.deepEqual([...all.mock.users.keys()], [1, 3, 4]);
  for (const id of [3, 4]) assert.equal(String(attributeOf(all.mock.users.get(id), "reportsTo")), "1");
  const [, plan] = stderr.match(/Undo: domo-users undo (domo-users-offboard-\d{8}-\d{6}\.plan\.json)/);
  const undone = await run(["undo", plan, "--yes"], all.here);
  assert.equal(undone.code, 0, undone.stderr);
  const grace = byEmail(all.mock, "grace@example.com");
  for (const id of [3, 4]) assert.equal(String(attributeOf(all.mock.users.get(id), "reportsTo")), String(grace.id));
});

test("if the new manager reports to somebody who leaves, that one's manager takes over", async (t) => {
  const { mock, here } = await office(t);
  const { code, stderr } = await run(["offboard", "grace@example.com", "--to", "katherine@example.com", "--yes"], here);
  assert.equal(code, 0, stderr);
  assert.equal(String(attributeOf(mock.users.get(3), "reportsTo")), "1");
  assert.equal(String(attributeOf(mock.users.get(4), "reportsTo")), "3");
});

test("offboard needs a new manager who stays", async (t) => {
  const { mock, here } = await office(t);
  for (const [args, reason] of [
    [["2", "--to", "grace@example.com"], /Grace Hopper <grace@example\.com> is to be deleted, and cannot be the new manager/],
    [["2", "--to", "nobody@example.com"], /nobody@example\.com/],
    [["2"], /--to/],
  ]) {
    const { code, stderr } = await run(["offboard", ...args, "--yes"], here);
    assert.ok(code === 1 || code === 2);
    assert.match(stderr, reason);
  }
  assert.deepEqual(writes(mock), []);
});

test("if a report cannot be moved, the manager is not deleted", async (t) => {
  const { mock, here } = await office(t);
  mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/3", status: 400, times: Infinity });
  const { code, stderr } = await run(["offboard", "2", "--to", "1", "--yes"], here);
  assert.equal(code, 1);
  assert.match(stderr, /1 done, 2 failed/);
  assert.ok(mock.users.has(2));
});
