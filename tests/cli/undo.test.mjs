// domo-users undo: what a run has done is taken back.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { run, start, until, withoutColors } from "../support/cli.mjs";
import { attributeOf, byEmail, modeOf, office, writes } from "../support/lists.mjs";

const LIST = "email,displayName,role,title\nada@example.com,Ada Lovelace,,Countess\ngrace@example.com,Grace Hopper,Editor,\nnew@example.com,New Person,Participant,\n";

/** Applies a list as plan.json. */
async function applied(t, { list = LIST, fault, args = [] } = {}) {
  const all = await office(t);
  all.write("people.csv", list);
  await run(["plan", "people.csv", "-o", "plan.json", ...args], all.here);
  if (fault) all.mock.addFault(fault);
  const { stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  return { ...all, stderr };
}

test("undo sets old values back and deletes created users, and keeps its own files beside the plan", async (t) => {
  const all = await applied(t);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /title: Countess → Lead/);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Lead");
  assert.equal(all.mock.users.get(2).roleId, 4);
  assert.equal(byEmail(all.mock, "new@example.com"), undefined);
  for (const name of ["plan.undo.json", "plan.undo.journal", "plan.undo.result.json"]) assert.equal(modeOf(all.at(name)), "600", name);
});

test("undo asks first: deletes for their number, and nothing without a terminal", async (t) => {
  const all = await applied(t);
  const sent = writes(all.mock).length;
  const refused = await run(["undo", "plan.json"], all.here);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /without a terminal nobody can be asked/);
  const asked = start(["undo", "plan.json"], { ...all.here, terminal: { columns: 120, both: true } });
  await until(() => asked.output.stdout.includes("Type the number"));
  asked.child.stdin.write("3\n");
  const { code, stdout } = await asked.ended;
  assert.equal(code, 1);
  assert.match(withoutColors(stdout), /Instance: 127\S+[^]*Undo: apply 3 changes to 127\S+\? 1 user will be deleted: New Person <new@example\.com>\.[^]*Nothing was changed\./);
  assert.equal(writes(all.mock).length, sent);
  assert.ok(!readdirSync(all.cwd).includes("plan.undo.json"));
});

test("only what was done is undone", async (t) => {
  const all = await applied(t, { fault: { method: "PATCH", path: "/api/identity/v1/users/1", status: 400, times: 1 } });
  assert.match(all.stderr, /2 done, 1 failed/);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^2 changes: 1 delete, 1 update/m);
  assert.doesNotMatch(stderr, /Ada Lovelace/);
});

test("a user of whom only the create is done can be undone", async (t) => {
  const list = "email,displayName,role,title\nnew@example.com,New Person,Participant,Engineer\n";
  const all = await applied(t, { list, fault: { method: "PATCH", status: 400, times: 1 } });
  assert.match(all.stderr, /0 done, 1 failed[^]*\nUndo: domo-users undo plan\.json\n/);
  assert.ok(byEmail(all.mock, "new@example.com"));
  assert.equal((await run(["undo", "plan.json", "--yes"], all.here)).code, 0);
  assert.equal(byEmail(all.mock, "new@example.com"), undefined);
});

test("a deleted user is created again", async (t) => {
  const all = await applied(t, { list: "email\nada@example.com\ngrace@example.com\nkatherine@example.com\n", args: ["--delete-missing"] });
  assert.equal(byEmail(all.mock, "joan@example.com"), undefined);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 0);
  assert.match(stderr, /get a new id/);
  assert.equal(attributeOf(byEmail(all.mock, "joan@example.com"), "department"), "Research");
});

test("undo is done once, and an undone plan is not applied again; the undo itself can be undone", async (t) => {
  const all = await applied(t);
  await run(["undo", "plan.json", "--yes"], all.here);
  const sent = writes(all.mock).length;
  const again = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(again.code, 0);
  assert.match(again.stderr, /plan\.json has been undone: 3 changes done, none left/);
  assert.equal(JSON.parse((await run(["undo", "plan.json", "--yes", "--json"], all.here)).stdout).done, 3);
  const apply = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(apply.code, 2);
  assert.match(apply.stderr, /plan\.json has been undone \(plan\.undo\.json\)[^]* undo the undo: domo-users undo plan\.undo\.json/);
  assert.equal(writes(all.mock).length, sent);
  const redone = await run(["undo", "plan.undo.json", "--yes"], all.here);
  assert.equal(redone.code, 0, redone.stderr);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Countess");
  assert.ok(byEmail(all.mock, "new@example.com"));
  // A new plan of this name starts afresh: the redo is kept with the old one.
  all.write("people.csv", "email,title\nada@example.com,Engineer\n");
  const plan = await run(["plan", "people.csv", "-o", "plan.json"], all.here);
  assert.match(plan.stderr, /It is now plan\.\d{8}-\d{6}\.json/);
  const kept = readdirSync(all.cwd).filter((name) => /^plan\.\d{8}-\d{6}\.undo\.undo\.(json|journal)$/.test(name));
  assert.equal(kept.length, 2, readdirSync(all.cwd).join());
  for (const [args, title] of [[["apply", "plan.json"], "Engineer"], [["undo", "plan.json"], "Countess"], [["undo", "plan.undo.json"], "Engineer"]]) {
    const { code, stderr } = await run([...args, "--yes"], all.here);
    assert.equal(code, 0, stderr);
    assert.equal(attributeOf(all.mock.users.get(1), "title"), title, stderr);
  }
});

test("an undo that was interrupted goes on", async (t) => {
  const all = await applied(t);
  all.mock.addFault({ method: "PATCH", delayMs: 150, times: Infinity });
  const { child, ended } = start(["undo", "plan.json", "--yes", "--concurrency", "1"], all.here);
  const sent = writes(all.mock).length;
  await until(() => writes(all.mock).length > sent);
  child.kill("SIGTERM");
  const stopped = await ended;
  assert.equal(stopped.code, 130);
  assert.match(stopped.stderr, /Continue: domo-users undo plan\.json\n/);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^The last undo of plan\.json stopped after \d of 3 changes\. Continuing\./);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Lead");
  assert.equal(byEmail(all.mock, "new@example.com"), undefined);
});

test("users who were changed after the run are left alone", async (t) => {
  const all = await applied(t);
  all.mock.users.get(1).attributes.find(({ key }) => key === "title").values = ["Other"];
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 1);
  assert.match(stderr, /2 done, 1 failed/);
  assert.match(stderr, /- Ada Lovelace <ada@example\.com>: STALE: /);
  assert.match(stderr, /^Users who were changed after the run keep their present values\.$/m);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Other");
});

test("a plan that was not applied, and one of another instance, cannot be undone", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  await run(["plan", "people.csv", "-o", "plan.json"], all.here);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /plan\.json has not been applied: neither plan\.journal nor plan\.result\.json exists/);
  await run(["apply", "plan.json", "--yes"], all.here);
  const other = await office(t);
  const elsewhere = await run(["undo", "plan.json", "--yes"], { cwd: all.cwd, env: other.env });
  assert.equal(elsewhere.code, 2);
  assert.deepEqual(other.mock.requests, []);
});

test("an undo that does nothing leaves the plan as it was; one that was begun is named with its number of changes", async (t) => {
  const all = await applied(t);
  const wrong = { cwd: all.cwd, env: { ...all.env, DOMO_DEVELOPER_TOKEN: "wrong" } };
  assert.equal((await run(["undo", "plan.json", "--yes"], wrong)).code, 1);
  all.mock.addFault({ method: "DELETE", status: 403 });
  all.mock.addFault({ method: "PATCH", status: 403, times: 2 });
  assert.match((await run(["undo", "plan.json", "--yes"], all.here)).stderr, /0 done, 3 failed/);
  assert.deepEqual(readdirSync(all.cwd).filter((name) => name.includes("undo")), []);
  assert.match((await run(["apply", "plan.json", "--yes"], all.here)).stderr, /This plan has been applied: 3 changes done, none left/);

  all.mock.addFault({ method: "DELETE", status: 403 });
  assert.match((await run(["undo", "plan.json", "--yes"], all.here)).stderr, /2 done, 1 failed/);
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /The undo of plan\.json has done 2 of 3 changes, so the plan is not applied again\. Continue the undo: domo-users undo plan\.json/);
  all.write("people.csv", "email\nada@example.com\n");
  const plan = await run(["plan", "people.csv", "-o", "plan.json"], all.here);
  const moved = plan.stderr.match(/The plan that was in plan\.json was applied, and its undo was started\. It is now (plan\.\S+\.json)\./)[1];
  const lost = await run(["undo", "plan.json", "--yes"], all.here);
  assert.ok(lost.stderr.includes(`The plan that had this name before is now ${moved}. To undo it: domo-users undo ${moved}`), lost.stderr);
  assert.equal((await run(["undo", moved, "--yes"], all.here)).code, 0);
  assert.equal(byEmail(all.mock, "new@example.com"), undefined);
});

test("the plan that had the name before is named, also without an ending", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  for (const command of [["plan", "people.csv", "-o", "monthly"], ["apply", "monthly", "--yes"], ["plan", "people.csv", "-o", "monthly"]]) await run(command, all.here);
  const { code, stderr } = await run(["undo", "monthly", "--yes"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /The plan that had this name before is now monthly\.\d{8}-\d{6}\. To undo it: domo-users undo monthly\.\d{8}-\d{6}\n/);
});
