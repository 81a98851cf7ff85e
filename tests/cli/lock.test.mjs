// The lock of a plan, and what happens to the files beside it.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { test } from "node:test";
import { run, until } from "../support/cli.mjs";
import { answering, attributeOf, byEmail, office, startInTerminal, writes } from "../support/lists.mjs";

const LIST = "email,displayName,role,title\nada@example.com,Ada Lovelace,,Countess\nnew@example.com,New Person,Participant,Analyst\n";

/** Saves the plan of a list. */
async function planned(t, name = "plan.json", list = LIST) {
  const all = await office(t);
  all.write("people.csv", list);
  const { code, stderr } = await run(["plan", "people.csv", "-o", name], all.here);
  assert.equal(code, 0, stderr);
  return all;
}

const lockOf = (fields) => `${JSON.stringify({ pid: process.pid, host: hostname(), startedAt: "2026-11-30T10:00:00.000Z", ...fields })}\n`;
/** The id of a process that has ended. */
const ENDED = 99_999_999;

test("two runs of one plan exclude each other: apply and undo, on this computer and on others", async (t) => {
  const all = await planned(t);
  for (const [content, reason] of [
    [lockOf({}), /Another process \(id \d+, started 2026-11-30T10:00:00\.000Z\) is applying this plan\. Wait for its end; if there is none, delete plan\.lock/],
    [lockOf({ host: "other-computer", pid: ENDED }), /A process of the computer other-computer \(id 99999999, started 2026.*\) is applying this plan.*delete plan\.lock/],
    ["", /Another process may be applying this plan\. If there is none, delete plan\.lock/],
    ["{", /Another process may be applying this plan/],
  ]) {
    all.write("plan.lock", content);
    for (const args of [["apply", "plan.json", "--yes"], ["undo", "plan.json", "--yes"], ["plan", "people.csv", "-o", "plan.json"]]) {
      const { code, stderr } = await run(args, all.here);
      assert.equal(code, 2, stderr);
      assert.match(stderr, reason);
    }
    assert.equal(readFileSync(all.at("plan.lock"), "utf8"), content);
  }
  assert.deepEqual(writes(all.mock), []);
});

test("the lock of a process that has ended does not count, and none is left", async (t) => {
  const all = await planned(t);
  all.write("plan.lock", lockOf({ pid: ENDED }));
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(all.cwd).sort(), ["people.csv", "plan.journal", "plan.json", "plan.result.json"]);
});

test("of many processes that find the same stale lock, one applies the plan", async (t) => {
  const all = await planned(t);
  all.mock.addFault({ method: "PATCH", delayMs: 1500, times: Infinity });
  all.write("plan.lock", lockOf({ pid: ENDED }));
  const runs = await Promise.all(Array.from({ length: 6 }, () => run(["apply", "plan.json", "--yes"], all.here)));
  const codes = runs.map(({ code }) => code);
  assert.ok(codes.includes(0), JSON.stringify(runs));
  for (const { code, stderr } of runs) if (code !== 0) assert.match(stderr, /is applying this plan|removes the lock of an earlier run/);
  assert.equal(writes(all.mock).filter(({ method }) => method === "POST").length, 1);
  assert.deepEqual(readdirSync(all.cwd).sort(), ["people.csv", "plan.journal", "plan.json", "plan.result.json"]);
});

test("while a run waits for the answer to its question, another one of the same plan is refused", async (t) => {
  const all = await planned(t);
  const { child, output, ended } = startInTerminal(["apply", "plan.json"], all.here);
  await until(() => output.stdout.includes("[y/N]"));
  const other = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(other.code, 2, other.stderr);
  assert.match(other.stderr, /is applying this plan/);
  child.stdin.write("y\n");
  assert.equal((await ended).code, 0);
  assert.equal(writes(all.mock).filter(({ method }) => method === "POST").length, 1);
});

test("an answer of no releases the lock", async (t) => {
  const all = await planned(t);
  assert.equal((await answering(["apply", "plan.json"], { ...all, question: /\[y\/N\]/, answer: "n\n" })).code, 1);
  assert.ok(!existsSync(all.at("plan.lock")));
});

for (const name of ["june.plan", "june.json", "june"]) {
  test(`a new plan keeps the earlier one with its files, so that it can be undone (${name})`, async (t) => {
    const all = await planned(t, name);
    assert.equal((await run(["apply", name, "--yes"], all.here)).code, 0);
    const again = await run(["plan", "people.csv", "-o", name], all.here);
    assert.equal(again.code, 0, again.stderr);
    const [, kept] = again.stderr.match(/The plan that was in \S+ has been started\. It is now (\S+), so that it can be undone\./);
    const undone = await run(["undo", kept, "--yes"], all.here);
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal(attributeOf(all.mock.users.get(1), "title"), "Lead");
    assert.equal(byEmail(all.mock, "new@example.com"), undefined);
    assert.ok(!readdirSync(all.cwd).some((each) => each.endsWith(".lock")));
  });
}

test("of a plan that was undone, the message says so, and its undo can still be continued and undone", async (t) => {
  const all = await planned(t, "june.plan");
  await run(["apply", "june.plan", "--yes"], all.here);
  await run(["undo", "june.plan", "--yes"], all.here);
  const { stderr } = await run(["plan", "people.csv", "-o", "june.plan"], all.here);
  const [, kept] = stderr.match(/The plan that was in june\.plan was applied, and its undo was started\. It is now (\S+)\.\n/);
  const again = await run(["undo", kept, "--yes"], all.here);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /has been undone: 2 changes done, none left/);
});

test("an undo whose changes failed does not say that it was stopped", async (t) => {
  const all = await planned(t);
  await run(["apply", "plan.json", "--yes"], all.here);
  all.mock.addFault({ method: "PATCH", status: 400, times: 1 });
  assert.equal((await run(["undo", "plan.json", "--yes"], all.here)).code, 1);
  const { code, stderr } = await run(["undo", "plan.json", "--yes"], all.here);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^The last undo of plan\.json has done 1 of 2 changes\. The others are tried again\.\n/);
});

test("if new rejected rows cannot be written, those of the earlier run stay, and are replaced later", async (t) => {
  const all = await planned(t, "plan.json", "email,title\nada@example.com,a\ngrace@example.com,b\n");
  const rejected = "people.csv.rejected.csv";
  all.mock.addFault({ method: "PATCH", status: 400, times: 2 });
  assert.equal((await run(["apply", "plan.json", "--yes", "--concurrency", "1"], all.here)).code, 1);
  const first = readFileSync(all.at(rejected), "utf8");
  // The new file cannot take the place of the old one.
  const failing = `data:text/javascript,import files from "node:fs/promises"; import { syncBuiltinESMExports } from "node:module"; const { rename } = files; files.rename = async (from, to) => { if (to.includes("rejected")) throw Object.assign(new Error("full"), { code: "ENOSPC", syscall: "rename" }); return rename(from, to); }; syncBuiltinESMExports();`;
  all.mock.addFault({ method: "PATCH", status: 400, times: 1 });
  const full = await run(["apply", "plan.json", "--yes", "--concurrency", "1"], { ...all.here, nodeArgs: ["--import", failing] });
  assert.equal(full.code, 1);
  assert.match(full.stderr, /no space is left on the disk/);
  assert.equal(readFileSync(all.at(rejected), "utf8"), first);
  assert.equal((await run(["apply", "plan.json", "--yes"], all.here)).code, 0);
  assert.ok(!existsSync(all.at(rejected)), "no row is rejected any more");
});
