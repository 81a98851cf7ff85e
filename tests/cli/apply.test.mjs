// domo-users apply: prompts, results, files and exit codes.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { CONTROLS, run, start, until, withoutColors } from "../support/cli.mjs";
import { answering, attributeOf, byEmail, CTRL_C, modeOf, office, startInTerminal, writes } from "../support/lists.mjs";

const LIST = "email,displayName,role,title\nada@example.com,Ada Lovelace,,Countess\nnew@example.com,New Person,Participant,Analyst\n";

/** Saves the plan of a list as plan.json. */
async function planned(office, list = LIST, args = []) {
  office.write("people.csv", list);
  const { code, stderr } = await run(["plan", "people.csv", "-o", "plan.json", ...args], office.here);
  assert.equal(code, 0, stderr);
}

test("apply sends a saved plan and says what was done and how to undo it", async (t) => {
  const all = await office(t);
  await planned(all);
  const { code, stdout, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.ok(stderr.includes(`Instance: ${new URL(all.baseUrl).host}\n`));
  assert.match(stderr, /2 done, 0 failed, 0 skipped in [\d.]+ s\nUndo: domo-users undo plan\.json\n$/);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Countess");
  assert.equal(attributeOf(byEmail(all.mock, "new@example.com"), "title"), "Analyst");
  assert.deepEqual(readdirSync(all.cwd).sort(), ["people.csv", "plan.journal", "plan.json", "plan.result.json"]);
  for (const name of ["plan.journal", "plan.json", "plan.result.json"]) assert.equal(modeOf(all.at(name)), "600", name);
});

test("a plan that has been applied is not applied again", async (t) => {
  const all = await office(t);
  await planned(all);
  await run(["apply", "plan.json", "--yes"], all.here);
  const sent = writes(all.mock).length;
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 0);
  assert.match(stderr, /This plan has been applied: 2 changes done, none left\./);
  assert.equal(writes(all.mock).length, sent);
});

test("without a terminal, apply refuses with exit code 2 and changes nothing, unless --yes", async (t) => {
  const all = await office(t);
  await planned(all);
  for (const file of ["plan.json", "people.csv"]) {
    const { code, stderr } = await run(["apply", file], all.here);
    assert.equal(code, 2);
    assert.match(stderr, /Ada Lovelace <ada@example\.com>[^]*Nothing was changed: without a terminal nobody can be asked\. Pass --yes/);
  }
  assert.deepEqual(writes(all.mock), []);
  assert.deepEqual(readdirSync(all.cwd).sort(), ["people.csv", "plan.json"]);
});

test("in a terminal, apply shows the instance and the plan, then asks", async (t) => {
  const all = await office(t);
  await planned(all);
  const question = /Apply 2 changes to 127\.0\.0\.1:\d+\? \[y\/N\] /;
  for (const answer of ["n\n", "\n", "2\n", "\x04"]) {
    const { code, shown } = await answering(["apply", "plan.json"], { ...all, question, answer });
    assert.equal(code, 1);
    assert.match(shown, /Instance: 127[^]*Create \(1\)[^]*Apply 2 changes[^]*Nothing was changed\./);
  }
  assert.deepEqual(writes(all.mock), []);
  const { code, shown } = await answering(["apply", "plan.json"], { ...all, question, answer: "y\n" });
  assert.equal(code, 0, shown);
  assert.match(shown, /2 done, 0 failed/);
  assert.doesNotMatch(shown.replaceAll("\r", ""), CONTROLS);
});

test("deletes ask for their number", async (t) => {
  const all = await office(t);
  await planned(all, "email\nada@example.com\ngrace@example.com\n", ["--delete-missing"]);
  const question = /Type the number of users who will be deleted/;
  for (const [answer, reply] of [["y\n", /You typed "y"; 2 was expected\. Nothing was changed\./], ["1\n", /You typed "1"; 2 was expected\./], ["\n", /: \r?\nNothing was changed\./]]) {
    const { code, shown } = await answering(["apply", "plan.json"], { ...all, question, answer });
    assert.equal(code, 1);
    assert.match(shown, reply);
    assert.match(shown, /Apply 2 changes to \S+\? 2 users will be deleted: Katherine Johnson <katherine@example.com>, Joan Clarke <joan@example.com>\./);
    assert.match(shown, /Content that these users own is not moved/);
  }
  assert.equal(all.mock.users.size, 4);
  const { code } = await answering(["apply", "plan.json"], { ...all, question, answer: "2\n" });
  assert.equal(code, 0);
  assert.deepEqual([...all.mock.users.keys()], [1, 2]);
});

test("Ctrl-C at the question changes nothing and ends with 130", async (t) => {
  const all = await office(t);
  await planned(all);
  const { child, output, ended } = startInTerminal(["apply", "plan.json"], all.here);
  await until(() => output.stdout.includes("[y/N]"));
  child.stdin.write(CTRL_C);
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.match(stdout, /Nothing was changed\./);
  assert.deepEqual(writes(all.mock), []);
});

test("apply plans a list, applies it, and saves the plan beside it", async (t) => {
  const all = await office(t);
  all.write("my people.csv", "Mail,Name\nnew@example.com,New Person\n");
  const args = ["apply", "my people.csv", "--map", "Mail=emailAddress", "--map", "Name=displayName", "--default", "role=Participant", "--yes"];
  const { code, stderr } = await run(args, all.here);
  assert.equal(code, 0, stderr);
  const [plan] = readdirSync(all.cwd).filter((name) => /^my people\.csv\.\d{8}-\d{6}\.plan\.json$/.test(name));
  assert.ok(stderr.endsWith(`Undo: domo-users undo "${plan}"\n`), stderr);
  assert.equal(byEmail(all.mock, "new@example.com").displayName, "New Person");
  assert.equal((await run(args, all.here)).stderr.includes("There is nothing to change."), true);
  const undone = await run(["undo", plan, "--yes"], all.here);
  assert.equal(undone.code, 0, undone.stderr);
  assert.equal(byEmail(all.mock, "new@example.com"), undefined);
});

test("a list from stdin is applied with --yes, and its plan is saved in the folder", async (t) => {
  const all = await office(t);
  const refused = await run(["apply", "-"], { ...all.here, input: LIST });
  assert.equal(refused.code, 2);
  const { code, stderr } = await run(["apply", "-", "--yes"], { ...all.here, input: LIST });
  assert.equal(code, 0, stderr);
  const [, plan] = stderr.match(/Undo: domo-users undo (stdin\.\d{8}-\d{6}\.plan\.json)/);
  assert.equal((await run(["undo", plan, "--yes"], all.here)).code, 0);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Lead");
});

test("--json prints the result on stdout", async (t) => {
  const all = await office(t);
  await planned(all);
  const { code, stdout } = await run(["apply", "plan.json", "--yes", "--json"], all.here);
  assert.equal(code, 0);
  const { done, failed, results } = JSON.parse(stdout);
  assert.deepEqual([done, failed, results.map(({ status }) => status)], [2, 0, ["done", "done"]]);
});

test("failures are listed with the person, the row and the reason, and end with 1; the other changes are made", async (t) => {
  const all = await office(t);
  await planned(all);
  all.mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/1", status: 400, body: JSON.stringify({ message: "no\u001b[2J good\u202e" }), times: Infinity });
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 1);
  assert.match(stderr, /1 done, 1 failed, 0 skipped/);
  assert.match(stderr, /\n- Ada Lovelace <ada@example\.com>, row 2: REQUEST_REJECTED: .*no.*good/);
  assert.doesNotMatch(stderr, CONTROLS);
  assert.ok(byEmail(all.mock, "new@example.com"));
  const saved = JSON.parse(readFileSync(all.at("plan.result.json"), "utf8")).results[0].error;
  assert.deepEqual([saved.code, saved.status], ["REQUEST_REJECTED", 400]);
});

test("failed changes are tried again by the same command", async (t) => {
  const all = await office(t);
  await planned(all);
  all.mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/1", status: 400, times: 1 });
  assert.equal((await run(["apply", "plan.json", "--yes"], all.here)).code, 1);
  assert.ok(existsSync(all.at("people.csv.rejected.csv")));
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 0);
  assert.match(stderr, /^The last run of plan\.json has done 1 of 2 changes\. The others are tried again\.\n1 change: 1 update/);
  assert.match(stderr, /2 done, 0 failed, 0 skipped/);
  assert.ok(!existsSync(all.at("people.csv.rejected.csv")), "no row is rejected any more");
  assert.equal(writes(all.mock).filter(({ method }) => method === "POST").length, 1);
});

test("--stop-after ends the run after that many failures, and the same command goes on", async (t) => {
  const all = await office(t);
  await planned(all, "email,title\nada@example.com,a\ngrace@example.com,b\nkatherine@example.com,c\n");
  all.mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/1", status: 400, times: 1 });
  const { code, stderr } = await run(["apply", "plan.json", "--yes", "--stop-after", "1", "--concurrency", "1"], all.here);
  assert.equal(code, 1);
  assert.match(stderr, /0 done, 1 failed, 2 skipped/);
  assert.match(stderr, /Continue: domo-users apply plan\.json\n/);
  assert.equal((await run(["apply", "plan.json", "--yes"], all.here)).code, 0);
});

test("a plan is refused for another instance, before anybody is asked", async (t) => {
  const all = await office(t);
  await planned(all);
  const other = await office(t);
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], { cwd: all.cwd, env: other.env });
  assert.equal(code, 2);
  assert.match(stderr, /The plan was made for the instance/);
  assert.deepEqual(other.mock.requests, []);
});

test("changes to users who have changed since the plan are not sent, unless --force", async (t) => {
  const all = await office(t);
  await planned(all);
  all.mock.users.get(1).attributes.find(({ key }) => key === "title").values = ["Other"];
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 1);
  assert.match(stderr, /Ada Lovelace .*: STALE: /);
  assert.match(stderr, /1 rejected row with its error: people\.csv\.rejected\.csv\. Plan it again and apply it: domo-users apply people\.csv\.rejected\.csv/);
  assert.doesNotMatch(stderr, /Correct/);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Other");
  assert.equal((await run(["apply", "plan.json", "--yes", "--force"], all.here)).code, 0);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Countess");
});

test("options of lists are refused with a saved plan", async (t) => {
  const all = await office(t);
  await planned(all);
  const { code, stderr } = await run(["apply", "plan.json", "--yes", "--delete-missing"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /plan\.json is a saved plan, and --delete-missing is for lists/);
});

test("a damaged plan, and a journal of another plan, are errors that say what to do", async (t) => {
  const all = await office(t);
  all.write("cut.json", '{"changes": [');
  assert.match((await run(["apply", "cut.json", "--yes"], all.here)).stderr, /cut\.json is not valid JSON/);
  all.write("other.json", '{"users": []}');
  assert.match((await run(["apply", "other.json", "--yes"], all.here)).stderr, /other\.json is not a plan/);
  await planned(all);
  all.write("plan.journal", "domo-users 1 1234 7;\n");
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /The journal plan\.journal belongs to another plan than plan\.json\. Move it/);
  assert.deepEqual(writes(all.mock), []);
});

test("a new plan does not replace one that has been applied", async (t) => {
  const all = await office(t);
  await planned(all);
  await run(["apply", "plan.json", "--yes"], all.here);
  all.write("people.csv", LIST.replace("Countess", "Queen"));
  const { stderr } = await run(["plan", "people.csv", "-o", "plan.json"], all.here);
  const [, kept] = stderr.match(/It is now (plan\.\d{8}-\d{6}\.json), so that it can be undone/);
  assert.ok(!existsSync(all.at("plan.journal")));
  assert.equal((await run(["apply", "plan.json", "--yes"], all.here)).code, 0);
  assert.equal((await run(["undo", "plan.json", "--yes"], all.here)).code, 0);
  assert.equal((await run(["undo", kept, "--yes"], all.here)).code, 0);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Lead");
});

test("a result that cannot be saved does not hide what was done", async (t) => {
  const all = await office(t);
  await planned(all);
  all.mock.addFault({ method: "PATCH", delayMs: 500, times: 1 });
  const { ended } = start(["apply", "plan.json", "--yes"], all.here);
  await until(() => writes(all.mock).length > 0);
  mkdirSync(all.at("plan.result.json"));
  const { code, stderr } = await ended;
  assert.equal(code, 1);
  assert.match(stderr, /2 done, 0 failed, 0 skipped[^]*warning: The file plan\.result\.json cannot be written: it is a folder.*plan\.journal/);
});

test("a list of changes without an instance is applied too, with --force, and the instance is shown", async (t) => {
  const all = await office(t);
  all.write("changes.json", JSON.stringify([{ action: "update", id: 2, changes: { displayName: "Amazing Grace" } }]));
  const refused = await run(["apply", "changes.json", "--yes"], all.here);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /does not hold the values before its changes.*--force/);
  const { code, stderr } = await run(["apply", "changes.json", "--yes", "--force"], all.here);
  assert.equal(code, 0);
  assert.ok(stderr.includes(`Instance: ${new URL(all.baseUrl).host}`));
  assert.equal(all.mock.users.get(2).displayName, "Amazing Grace");
});

test("the first 100 changes are shown, or all with --all", async (t) => {
  const all = await office(t, { users: 130 });
  all.write("people.csv", `id,title\n${[...all.mock.users.keys()].map((id) => `${id},T${id}\n`).join("")}`);
  const last = `T${[...all.mock.users.keys()].at(-1)}`;
  for (const command of ["plan", "apply"]) {
    const { stdout, stderr } = await run([command, "people.csv", "--match-by", "id"], all.here);
    assert.match(stdout + stderr, /and 30 more/);
    assert.match(stderr, /To print all 130 changes, add --all\.\n/);
    const whole = await run([command, "people.csv", "--match-by", "id", "--all"], all.here);
    assert.ok((whole.stdout + whole.stderr).includes(last));
    assert.doesNotMatch(whole.stderr, /add --all/);
  }
});

test("a plan that PowerShell has written as UTF-16 is read", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  const { stdout } = await run(["plan", "people.csv", "--json"], all.here);
  all.write("plan.json", Buffer.from(`\ufeff${stdout}`, "utf16le"));
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.equal(attributeOf(all.mock.users.get(1), "title"), "Countess");
});

test("progress is shown on a terminal, with rate and time left, for a run over a second", async (t) => {
  const all = await office(t, { users: 30 });
  const rows = [...all.mock.users.values()].map(({ id }) => `${id},T${id}`);
  all.write("people.csv", `id,title\n${rows.join("\n")}\n`);
  all.mock.addFault({ method: "PATCH", delayMs: 60, times: Infinity });
  const args = ["apply", "people.csv", "--match-by", "id", "--yes", "--concurrency", "1"];
  const { code, stdout } = await start(args, { ...all.here, terminal: { columns: 100, both: true } }).ended;
  assert.equal(code, 0, stdout);
  assert.match(withoutColors(stdout), /\d+\/30 \| [\d.]+ a second \| [\d.]+ s left/);
});
