// Interrupted runs: Ctrl-C and kill -9, and the same command again.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { run, start, until } from "../support/cli.mjs";
import { attributeOf, byEmail, CTRL_C, office, startInTerminal } from "../support/lists.mjs";

const COUNT = 20;
const CREATES = `email,displayName,role,title\n${Array.from({ length: COUNT }, (_, i) => `new.${i}@example.com,New ${i},Participant,T${i}\n`).join("")}`;
const users = "/api/identity/v1/users";
const sent = (mock, method) => mock.requests.filter((request) => request.method === method && (method !== "POST" || request.path === users));

/** An instance that takes its time, with a list of new users. */
async function slowly(t, delayMs) {
  const all = await office(t);
  all.write("people.csv", CREATES);
  all.mock.addFault({ method: "POST", path: users, delayMs, afterEffect: true, times: Infinity });
  return all;
}

/** Fails unless every user of the list was created exactly once, as the list says. */
function assertCreated(mock) {
  assert.deepEqual(sent(mock, "POST").map(({ status }) => status), Array(COUNT).fill(200));
  for (let i = 0; i < COUNT; i++) assert.equal(attributeOf(byEmail(mock, `new.${i}@example.com`), "title"), `T${i}`);
}

test("a first Ctrl-C lets requests in flight end and prints the command to continue with, which does the rest", async (t) => {
  const all = await slowly(t, 80);
  assert.equal((await run(["plan", "people.csv", "-o", "plan.json"], all.here)).code, 0);
  const { child, ended } = startInTerminal(["apply", "plan.json", "--yes", "--concurrency", "2"], all.here);
  await until(() => sent(all.mock, "POST").length >= 4);
  child.stdin.write(CTRL_C);
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.match(stdout, /Stopping\. Requests in flight are being finished; press Ctrl-C again to end at once\./);
  const [, done, skipped] = stdout.match(/\n(\d+) done, 0 failed, (\d+) skipped/).map(Number);
  assert.ok(skipped > 0 && done + skipped === COUNT, stdout);
  assert.match(stdout, /\nContinue: domo-users apply plan\.json\n/);
  assert.ok(sent(all.mock, "POST").every(({ status }) => status === 200), "nothing was cut");
  const rest = await run(["apply", "plan.json", "--yes", "--concurrency", "20"], all.here);
  assert.equal(rest.code, 0, rest.stderr);
  assert.match(rest.stderr, new RegExp(`^The last run of plan\\.json stopped after ${done} of ${COUNT} changes\\. Continuing\\.\n`));
  assert.match(rest.stderr, new RegExp(`\n${COUNT} done, 0 failed, 0 skipped`));
  assertCreated(all.mock);
});

test("a second Ctrl-C ends at once", async (t) => {
  const all = await slowly(t, 60_000);
  const { child, output, ended } = startInTerminal(["apply", "people.csv", "--yes"], all.here);
  await until(() => sent(all.mock, "POST").length > 0 || byEmail(all.mock, "new.0@example.com"));
  child.stdin.write(CTRL_C);
  await until(() => output.stdout.includes("Stopping."));
  child.stdin.write(CTRL_C);
  assert.equal((await ended).code, 130);
});

test("a request of the system to end (SIGTERM) is like a first Ctrl-C", async (t) => {
  const all = await slowly(t, 80);
  const { child, ended } = start(["apply", "people.csv", "--yes"], all.here);
  await until(() => sent(all.mock, "POST").length >= 2);
  child.kill("SIGTERM");
  const { code, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stderr, /Continue: domo-users apply people\.csv\.\d{8}-\d{6}\.plan\.json\n/);
});

test("after kill -9, the same command with the list goes on; nobody is created twice, and undo deletes everybody", async (t) => {
  const all = await slowly(t, 60);
  for (const wanted of [3, 9]) {
    const { child, ended } = start(["apply", "people.csv", "--yes", "--concurrency", "3"], all.here);
    await until(() => all.mock.users.size >= 4 + wanted);
    child.kill("SIGKILL");
    assert.equal((await ended).code, "SIGKILL");
  }
  const { code, stderr } = await run(["apply", "people.csv", "--yes", "--concurrency", "20"], all.here);
  assert.equal(code, 0, stderr);
  const plans = readdirSync(all.cwd).filter((name) => name.endsWith(".plan.json"));
  assert.equal(plans.length, 1);
  assert.match(stderr, new RegExp(`^The last run of ${plans[0].replaceAll(".", "\\.")} stopped after \\d+ of ${COUNT} changes\\. Continuing\\.\n`));
  assert.equal(all.mock.users.size, 4 + COUNT);
  for (let i = 0; i < COUNT; i++) assert.equal(attributeOf(byEmail(all.mock, `new.${i}@example.com`), "title"), `T${i}`);
  const undone = await run(["undo", plans[0], "--yes"], all.here);
  assert.equal(undone.code, 0, undone.stderr);
  assert.equal(all.mock.users.size, 4, undone.stderr);
});

test("undo after kill -9 undoes what the journal says was done, and names what may have been", async (t) => {
  const all = await slowly(t, 60);
  assert.equal((await run(["plan", "people.csv", "-o", "plan.json"], all.here)).code, 0);
  const { child, ended } = start(["apply", "plan.json", "--yes", "--concurrency", "3"], all.here);
  await until(() => all.mock.users.size >= 4 + 8);
  child.kill("SIGKILL");
  await ended;
  const refused = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /were started, and it is not known whether they took effect:\n- New[^]*Nothing was changed\. Continue the run[^]*apply plan\.json/);
  assert.equal(existsSync(all.at("plan.undo.json")), false);
  const { code, stderr } = await run(["undo", "plan.json", "--yes", "--force"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /may have taken effect/);
  assert.ok(all.mock.users.size <= 4 + 3, "only what was in flight is left");
});

test("a list that has changed, or other options, are a new plan", async (t) => {
  const all = await slowly(t, 60);
  const { child, ended } = start(["apply", "people.csv", "--yes", "--concurrency", "1"], all.here);
  await until(() => sent(all.mock, "POST").length >= 3);
  child.kill("SIGINT");
  await ended;
  all.write("people.csv", CREATES.replace("New 19", "Changed"));
  const { code, stderr } = await run(["apply", "people.csv", "--yes", "--concurrency", "20"], all.here);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Continuing/);
  assert.equal(byEmail(all.mock, "new.19@example.com").displayName, "Changed");
  assert.equal(readdirSync(all.cwd).filter((name) => name.endsWith(".plan.json")).length, 2);
});

for (const [command, ...options] of [["delete"], ["offboard", "--to", "1"]]) {
  test(`after kill -9, the same ${command} goes on`, async (t) => {
    const all = await office(t);
    all.mock.addFault({ method: "DELETE", delayMs: 1000, times: Infinity, afterEffect: true });
    const args = [command, "2", "joan@example.com", "3", ...options, "--yes"];
    const { child, ended } = start(args, all.here);
    await until(() => all.mock.users.size < 4);
    child.kill("SIGKILL");
    await ended;
    const rest = await run(args, all.here);
    assert.equal(rest.code, 0, rest.stderr);
    assert.match(rest.stderr, new RegExp(`^The last run of domo-users-${command}-\\d{8}-\\d{6}\\.plan\\.json stopped after \\d of 3 changes\\. Continuing\\.\n`));
    assert.match(rest.stderr, /\n3 done, 0 failed, 0 skipped/);
    assert.deepEqual([...all.mock.users.keys()], [1]);
    assert.match((await run(args, all.here)).stderr, /2 was not found/, "what is done is not continued");
  });
}
