// Rows that the instance refuses: a file with their own columns and the errors, to be corrected and applied.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { run } from "../support/cli.mjs";
import { attributeOf, byEmail, modeOf, office, writeWorkbook } from "../support/lists.mjs";

const HEADER = "Mail;Name;Notes;Title";
const LIST = `${HEADER}\nada@example.com;Ada Lovelace;first, and foremost;Countess\ngrace@example.com;Grace Hopper;likes "tea";Captain\nnew@example.com;New;;\n`;
const ARGS = ["--map", "Mail=emailAddress", "--map", "Name=displayName", "--ignore", "Notes", "--default", "role=Participant"];
const refuse = (mock, id, times = 1) => mock.addFault({ method: "PATCH", path: `/api/identity/v1/users/${id}`, status: 400, body: JSON.stringify({ message: "title is not allowed" }), times });
/** The command that a message ends with, as arguments. */
const commandIn = (stderr) => stderr.match(/: domo-users (apply .*\.rejected.*)\n/)[1].match(/"[^"]*"|\S+/g).map((part) => part.replace(/^"|"$/g, ""));

test("rejected rows have their own columns and an error, and the printed command applies them when they are corrected", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  refuse(all.mock, 2);
  const { code, stderr } = await run(["apply", "people.csv", ...ARGS, "--yes"], all.here);
  assert.equal(code, 1);
  assert.match(stderr, /1 rejected row with its error: people\.csv\.rejected\.csv\. Correct and apply it: /);
  const path = all.at("people.csv.rejected.csv");
  const [header, row, ...rest] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  assert.equal(header, `\ufeff${HEADER};error`);
  assert.match(row, /^grace@example\.com;Grace Hopper;.*tea.*;Captain;.*REQUEST_REJECTED: .*title is not allowed/);
  assert.deepEqual(rest, []);
  assert.equal(modeOf(path), "600");
  writeFileSync(path, readFileSync(path, "utf8").replace("Captain", "Rear Admiral"));
  const corrected = await run([...commandIn(stderr), "--yes"], all.here);
  assert.equal(corrected.code, 0, corrected.stderr);
  assert.equal(attributeOf(all.mock.users.get(2), "title"), "Rear Admiral");
});

test("rows that are rejected again, and files that somebody edits, never replace each other", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  refuse(all.mock, 2, 2);
  const first = await run(["apply", "people.csv", ...ARGS, "--yes"], all.here);
  const edited = readFileSync(all.at("people.csv.rejected.csv"), "utf8").replace("Captain", "Commodore");
  all.write("people.csv.rejected.csv", edited);
  const again = await run([...commandIn(first.stderr), "--yes"], all.here);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /people\.csv\.rejected-2\.csv/);
  assert.equal(readFileSync(all.at("people.csv.rejected.csv"), "utf8"), edited);
  const header = readFileSync(all.at("people.csv.rejected-2.csv"), "utf8").split(/\r?\n/)[0];
  assert.equal(header, `\ufeff${HEADER};error`);
  assert.equal((await run([...commandIn(again.stderr), "--yes"], all.here)).code, 0);
  assert.equal(attributeOf(all.mock.users.get(2), "title"), "Commodore");
});

test("a run that is repeated replaces its own rejected rows", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  await run(["plan", "people.csv", ...ARGS, "-o", "plan.json"], all.here);
  refuse(all.mock, 1, 1);
  refuse(all.mock, 2, 2);
  await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(readFileSync(all.at("people.csv.rejected.csv"), "utf8").trimEnd().split("\n").length, 3);
  await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(readFileSync(all.at("people.csv.rejected.csv"), "utf8").trimEnd().split("\n").length, 2);
  assert.ok(!existsSync(all.at("people.csv.rejected-2.csv")));
});

test("if the list has changed since the plan, rejected rows are made from the plan and can be applied too", async (t) => {
  const all = await office(t);
  all.write("people.csv", LIST);
  await run(["plan", "people.csv", ...ARGS, "-o", "plan.json"], all.here);
  all.write("people.csv", "email\nother@example.com\n");
  refuse(all.mock, 2);
  all.mock.addFault({ method: "POST", path: "/api/identity/v1/users", status: 400, times: 1 });
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], all.here);
  assert.equal(code, 1, stderr);
  const text = readFileSync(all.at("people.csv.rejected.csv"), "utf8");
  assert.match(text, /^\ufeffemailAddress,.*error\r?\n/);
  assert.match(text, /grace@example\.com.*Captain/);
  const corrected = await run([...commandIn(stderr), "--yes"], all.here);
  assert.equal(corrected.code, 0, corrected.stderr);
  assert.equal(attributeOf(all.mock.users.get(2), "title"), "Captain");
  assert.equal(byEmail(all.mock, "new@example.com").roleId, 4);
});

test("rejected rows of a workbook become CSV", async (t) => {
  const all = await office(t);
  await writeWorkbook(all.at("hr.xlsx"), { People: [["email", "title"], ["ada@example.com", "Countess"], ["grace@example.com", "Captain"]] });
  refuse(all.mock, 2);
  const { code, stderr } = await run(["apply", "hr.xlsx", "--sheet", "People", "--yes"], all.here);
  assert.equal(code, 1);
  assert.match(readFileSync(all.at("hr.xlsx.rejected.csv"), "utf8"), /^\ufeffemail,title,error\r?\ngrace@example\.com,Captain,/);
  assert.equal((await run([...commandIn(stderr), "--yes"], all.here)).code, 0);
});

test("--delete-missing is refused for rejected rows, which are not the whole list", async (t) => {
  const all = await office(t);
  all.write("people.csv.rejected.csv", "email,error\nada@example.com,x\n");
  const { code, stderr } = await run(["plan", "people.csv.rejected.csv", "--delete-missing"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /would delete everyone else/);
});

test("a column error of any other list is not ignored by itself", async (t) => {
  const all = await office(t);
  all.write("people.csv", "email,error\nada@example.com,x\n");
  assert.match((await run(["plan", "people.csv"], all.here)).stderr, /--ignore error/);
});

test("the printed command applies the rows of a list whose name begins with a dash and whose header has a line break", async (t) => {
  const { mock, here, at } = await office(t);
  writeFileSync(at("-x.csv"), 'email,"Ti\ntle"\nada@example.com,Countess\ngrace@example.com,Captain\n');
  mock.addFault({ method: "PATCH", path: /users\/1$/, status: 400 });
  const { code, stderr } = await run(["apply", "--map", "Ti\ntle=title", "--yes", "--", "-x.csv"], here);
  assert.equal(code, 1, stderr);
  const next = stderr.match(/Correct and apply it: domo-users (apply \.\/-x\.csv\.rejected\.csv) --map "Ti/);
  assert.ok(next, stderr);
  const again = await run([...next[1].split(" "), "--map", "Ti\ntle=title", "--yes"], here);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(attributeOf(mock.users.get(1), "title"), "Countess");
  const undo = stderr.match(/^Undo: domo-users (.*)$/m)[1].split(" ");
  assert.match(undo[1], /^\.\/-x\.csv\./);
  assert.equal((await run([...undo, "--yes"], here)).code, 0);
});
