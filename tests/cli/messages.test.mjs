// What the command says about lists that people save wrongly, about options that they mistake, and without words of programmers.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run, scratch, served } from "../support/cli.mjs";
import { office, person, writeWorkbook } from "../support/lists.mjs";

const HEADERS = ["Name", "E-Mail", "Job"];
const ADA = ["Ada Lovelace", "ada@example.com", "Countess"];
const MAPS = ["--map", "E-Mail=emailAddress", "--map", "Name=displayName", "--map", "Job=title"];

/** Runs plan on a list that is refused, and returns what it says. */
async function refused(here, ...args) {
  const { code, stdout, stderr } = await run(["plan", ...args], here);
  assert.deepEqual([code, stdout], [2, ""], stderr);
  return stderr;
}

test("a list without rows is an error, and a workbook names its other sheets", async (t) => {
  const { here, write, at } = await office(t);
  for (const content of ["", "email,title\n", "email,title\n,\n"]) {
    write("people.csv", content);
    assert.match(await refused(here, "people.csv"), /people\.csv has no rows/, JSON.stringify(content));
  }
  await writeWorkbook(at("hr.xlsx"), { Cover: [["email"]], People: [["email"], ["ada@example.com"]] });
  assert.match(await refused(here, "hr.xlsx"), /hr\.xlsx has no rows[^]*The sheet "Cover" was read\. Other sheets, for --sheet: "People"/);
  write("people.csv", "email,title\nada@example.com,other\n");
  assert.match((await run(["plan", "people.csv", "--protect", "1"], here)).stdout, /^No changes; 1 user unchanged/, "a protected user is a row");
});

test("--header-row names the row with the headers of a workbook, and row numbers stay those of the sheet", async (t) => {
  const { here, at } = await office(t);
  await writeWorkbook(at("hr.xlsx"), { People: [["Staff, 30.11.2026", null, null], ["internal", null, null], HEADERS, ADA], Cover: [["x"]] });
  const message = await refused(here, "hr.xlsx", ...MAPS);
  assert.match(message, /^error: hr\.xlsx, row 1: .*Columns found: "Staff, 30\.11\.2026"\. .*If it is a title, give the number of the row with the headers: --header-row 3\.\n/);
  assert.match(message, /Other sheets, for --sheet: "Cover"/);
  assert.equal(message.trimEnd().split("\n").length, 2, "what follows from the title is not listed");
  const { code, stdout, stderr } = await run(["plan", "hr.xlsx", "--header-row", "3", ...MAPS], here);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /~ Ada Lovelace .*, row 4\n    title: Lead → Countess/);
});

test("a title above the header of a CSV file is named", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", `Staff 30.11.2026,,\n${HEADERS}\n${ADA}\n`);
  assert.match(await refused(here, "people.csv", ...MAPS), /^error: people\.csv, row 1: .*Columns found: Staff 30\.11\.2026\. .*If it is a title, delete the lines above the header\.\n$/);
});

test("headers of --map that the file does not have are one error, and a reversed pair is recognised", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", `${HEADERS}\n${ADA}\n`);
  const missing = await refused(here, "people.csv", "--map", "Mail=emailAddress", "--map", "Titel=title");
  assert.match(missing, /- row 1: the file has no headers "Mail", "Titel" of --map and --ignore; correct the names\. Headers found: Name, E-Mail, Job\n/);
  assert.equal(missing.match(/Headers found/g).length, 1);
  assert.match(await refused(here, "people.csv", "--map", "emailAddress=E-Mail"), /In --map the header comes first: --map "E-Mail=emailAddress"/);
});

test("--map to a field that does not exist is named, also beside other unknown columns", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", `${HEADERS}\n${ADA}\n`);
  const several = await refused(here, "people.csv", "--map", "Name=fullNome", "--map", "E-Mail=emailAddress");
  assert.match(several, /\n  Name \(--map names the field fullNome, which is not known\)/);
  const one = await refused(here, "people.csv", ...MAPS.slice(0, 4), "--map", "Job=profession");
  assert.match(one, /Job: .*\(profession, by --map\)\. Map it with --map "Job=<field>", ignore it with --ignore Job,/);
});

test("--protect takes e-mail addresses", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email\nada@example.com\n");
  const { stdout } = await run(["plan", "people.csv", "--delete-missing", "--max-deletes", "75%", "--protect", "Grace@example.com,3", "--json"], here);
  assert.deepEqual(JSON.parse(stdout).changes.map(({ id }) => id), [4]);
  assert.match((await run(["plan", "people.csv", "--protect", "zoe@example.com"], here)).stderr, /No user has the e-mail address zoe@example\.com/);
});

test("no message speaks of the options of the package", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email\nada@example.com\n");
  for (const [args, expected] of [
    [["--protect", "zoe"], '--protect must be ids or e-mail addresses of users, or me; got "zoe"'],
    [["--encoding", "klingon"], '--encoding must be an encoding that Node knows, such as "windows-1252"; got "klingon"'],
    [["--default", "Rolle=x"], "- row 1, --default Rolle: "],
  ]) {
    const message = await refused(here, "people.csv", ...args);
    assert.ok(message.includes(expected), message);
  }
});

test("export names its option for columns", async (t) => {
  const { env } = await served(t);
  const { code, stderr } = await run(["export", "--columns", "role,roleId"], { env });
  assert.equal(code, 2);
  assert.match(stderr, /^error: --columns must be different columns/);
});

test("messages about users do not name fields of errors", async (t) => {
  const { here, mock, write, at } = await office(t);
  write("people.csv", "email,displayName,role\nnew@example.com,New Person,Participant\n");
  await run(["plan", "people.csv", "-o", "plan.json"], here);
  mock.users.set(9, person(9, "New Other"));
  const { code, stderr } = await run(["apply", "plan.json", "--yes"], here);
  assert.equal(code, 1);
  assert.match(stderr, /a user with this e-mail address exists, and is not as planned\. Plan again/);
  for (const text of [stderr, readFileSync(at("people.csv.rejected.csv"), "utf8")]) assert.doesNotMatch(text, /see error/);
});

test("a file .env.txt is noticed", async (t) => {
  const cwd = scratch(t);
  assert.doesNotMatch((await run(["list"], { cwd })).stderr, /\.env\.txt/);
  writeFileSync(join(cwd, ".env.txt"), "DOMO_INSTANCE=acme\n");
  assert.match((await run(["list"], { cwd })).stderr, /No instance was given[^]*This folder has a file \.env\.txt: rename it to \.env/);
});

test("doctor without a token says how to give one", async (t) => {
  const { baseUrl } = await served(t);
  const { code, stdout } = await run(["doctor", "--base-url", baseUrl], { cwd: scratch(t) });
  assert.equal(code, 1);
  assert.match(stdout, /^failed\ttoken\tnone was sent.*\tset DOMO_DEVELOPER_TOKEN/m);
});

test("without a command, the help is printed, and its own lines fit 80 columns", async () => {
  const { code, stdout, stderr } = await run([]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, (await run(["--help"])).stdout);
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
});

test("a plan that was applied and undone makes room for a new one, and the message says so", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email,title\nada@example.com,Countess\n");
  const plan = ["plan", "people.csv", "-o", "plan.json"];
  await run(plan, here);
  await run(["apply", "plan.json", "--yes"], here);
  await run(["undo", "plan.json", "--yes"], here);
  assert.match((await run(plan, here)).stderr, /The plan that was in plan\.json was applied, and its undo was started\. It is now plan\.\d{8}-\d{6}\.json\.\n/);
});

test("rejected rows of a workbook with a title are applied without --header-row", async (t) => {
  const { here, at, mock } = await office(t);
  await writeWorkbook(at("hr.xlsx"), { People: [["Staff", null, null], HEADERS, ADA] });
  mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/1", status: 400, times: 1 });
  const { code, stderr } = await run(["apply", "hr.xlsx", "--header-row", "2", ...MAPS, "--yes"], here);
  assert.equal(code, 1);
  assert.doesNotMatch(stderr.match(/Correct and apply it: .*/)[0], /--header-row/);
  const mended = await run(["plan", "hr.xlsx.rejected.csv", ...MAPS], here);
  assert.match(mended.stdout, /title: Lead → Countess/, mended.stderr);
});

test("errors name the header of a mapped column, and --all prints a line for each", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", `email,Boss\n${[1, 2, 3, 4, 5, 6].map((number) => `ada@example.com,nobody${number}\n`).join("")}`);
  const summary = await refused(here, "people.csv", "--map", "Boss=reportsTo");
  assert.match(summary, /- row 2, Boss \(reportsTo\): must be the id or e-mail address of a user; got "nobody1"/);
  assert.match(summary, /row 5 .* and others\n/);
  assert.match(summary, /To print a line for each error, add --all\.\n$/);
  const each = await refused(here, "people.csv", "--map", "Boss=reportsTo", "--all");
  for (const number of [1, 6]) assert.match(each, new RegExp(`^- row ${number + 1}, Boss: must be the id or e-mail address of a user; got "nobody${number}"$`, "m"));
  assert.doesNotMatch(each, /--all/);
});

test("options that are proposed for a header are quoted for the shell", { skip: process.platform === "win32" }, async (t) => {
  const { here, write } = await office(t);
  write("people.csv", 'email,"Te$am ""x"""\nada@example.com,y\n');
  assert.ok((await refused(here, "people.csv")).includes(`Map it with --map 'Te$am "x"=<field>', ignore it with --ignore 'Te$am "x"', or`));
  write("people.csv", "email,Job $Title\nada@example.com,y\n");
  assert.match((await run(["plan", "people.csv", "--ignore", "Job $Title"], here)).stdout, /No changes/);
});

test("a file that cannot be written is refused before anything is sent", async (t) => {
  const { here, mock, write } = await office(t);
  write("people.csv", "email\nada@example.com\n");
  for (const args of [["list"], ["export"], ["plan", "people.csv"], ["update", "1", "title=x", "--yes"], ["create", "--name", "N", "--email", "n@example.com", "--role", "4"]]) {
    for (const [file, reason] of [["missing/x.csv", /missing\/x\.csv cannot be written: its folder does not exist\. Make the folder first/], [".", /it is a folder\. Give the name of a file in it\./]]) {
      const { code, stderr } = await run([...args, "-o", file], here);
      assert.equal(code, 2, stderr);
      assert.match(stderr, reason);
    }
  }
  const { code, stderr } = await run(["export", "-o", "people.json"], here);
  assert.equal(code, 2);
  assert.match(stderr, /The command writes CSV, and the name people\.json is that of a JSON file\. .*domo-users list -o people\.json/);
  assert.deepEqual(mock.requests, []);
});

test("time limits are those of the option", async (t) => {
  const { mock, env } = await served(t);
  mock.addFault({ delayMs: 2000, times: Infinity });
  const { code, stderr } = await run(["roles", "--timeout", "0.2"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /The response was not complete within 200 ms: try again, or allow more time with --timeout/);
});

test("headers and names of files are printed as they are", async (t) => {
  const { here, write } = await office(t);
  write("Q$&1.csv", "email,desired role\nada@example.com,y\n");
  const message = await refused(here, "Q$&1.csv");
  assert.match(message, /^error: Q\$&1\.csv has 1 error:/);
  assert.match(message, /--ignore "desired role"/);
});

test("of more errors than are listed, the number is printed", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", `email,reportsTo\n${"ada@example.com,nobody\n".repeat(10_001)}`);
  assert.match(await refused(here, "people.csv", "--all"), /\n- and [\d,]+ more\n$/);
});

test("commands without CSV write none", async (t) => {
  const { env, mock } = await served(t);
  for (const args of [["roles"], ["whoami"], ["get", "1"]]) {
    const { code, stderr } = await run([...args, "-o", "people.csv"], { env, cwd: scratch(t) });
    assert.equal(code, 2);
    assert.match(stderr, /This command cannot write the CSV file people\.csv\. Give a name that ends in \.json, or in \.txt/);
  }
  assert.deepEqual(mock.requests, []);
});

test("an option that takes one value is refused if it is given twice", async (t) => {
  const { env, mock } = await served(t);
  for (const [args, option] of [[["list", "--role", "Admin", "--role", "Editor"], "--role <name>"], [["list", "--columns", "id", "--columns", "title"], "--columns <names>"], [["roles", "--instance", "a", "--instance", "b"], "--instance <name>"]]) {
    const { code, stderr } = await run(args, { env });
    assert.equal(code, 2);
    assert.ok(stderr.includes(`'${option}'`) && stderr.includes("It was given twice."), stderr);
  }
  assert.deepEqual(mock.requests, []);
});

test("a list that has changed since its plan was made is named by apply, and JSON that is no plan is named once", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email,title\nada@example.com,Countess\n");
  await run(["plan", "people.csv", "-o", "plan.json"], here);
  write("people.csv", "email,title\nada@example.com,Engineer\n");
  assert.match((await run(["apply", "plan.json"], here)).stderr, /warning: .*people\.csv has changed since the plan was made\. The plan is applied as it is/);
  write("list.json", '[{"id":1},{"id":2}]');
  for (const command of ["apply", "undo"]) assert.match((await run([command, "list.json", "--yes"], here)).stderr, /^error: list\.json is not a plan: /);
});
