// domo-users plan: what a list would change.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CONTROLS, run, start, withoutColors } from "../support/cli.mjs";
import { modeOf, office, writes, writeWorkbook } from "../support/lists.mjs";

const LIST = "email,displayName,role,title\nada@example.com,Ada Lovelace,,Countess\nnew@example.com,New Person,Participant,\n";

test("plan prints what a list would change, with the instance, and changes nothing", async (t) => {
  const { mock, here, write, baseUrl, cwd } = await office(t);
  write("people.csv", LIST);
  const { code, stdout, stderr } = await run(["plan", "people.csv"], here);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^2 changes: 1 update, 1 create; 0 users unchanged\n/);
  assert.ok(stdout.includes(`Instance: ${new URL(baseUrl).host}\n`));
  assert.match(stdout, /~ Ada Lovelace <ada@example\.com>, id 1, row 2\n    title: Lead → Countess\n/);
  assert.match(stdout, /\+ New Person <new@example\.com>, row 3\n    role: Participant \(4\)\n/);
  assert.deepEqual(writes(mock), []);
  assert.deepEqual(readdirSync(cwd), ["people.csv"]);
});

test("plan has colours on a terminal only, and no character of the data controls it", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email,title\nada@example.com,a\u001b[31mred\u202eback\nnix\u0007@example.com,x\n");
  const failed = await run(["plan", "people.csv"], here);
  assert.equal(failed.code, 2);
  assert.doesNotMatch(failed.stderr, CONTROLS);
  write("people.csv", "email,title\nada@example.com,a\u001b[31mred\u202eback\n");
  const plain = await run(["plan", "people.csv"], here);
  assert.doesNotMatch(plain.stdout, CONTROLS);
  const shown = await run(["plan", "people.csv"], { ...here, terminal: 100 });
  assert.match(shown.stdout, /\x1b\[33m/);
  assert.doesNotMatch(withoutColors(shown.stdout), CONTROLS);
});

test("--exit-code ends with 3 if there are changes, else with 0", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", LIST);
  assert.equal((await run(["plan", "people.csv", "--exit-code"], here)).code, 3);
  write("people.csv", "email\nada@example.com\n");
  const none = await run(["plan", "people.csv", "--exit-code"], here);
  assert.equal(none.code, 0);
  assert.match(none.stdout, /^No changes/);
});

test("--json prints the plan as JSON, and -o saves it for its owner only", async (t) => {
  const { here, write, at, baseUrl } = await office(t);
  write("people.csv", LIST);
  const { code, stdout, stderr } = await run(["plan", "people.csv", "--json", "-o", "plan.json"], here);
  assert.equal(code, 0);
  const plan = JSON.parse(stdout);
  assert.equal(plan.instance, new URL(baseUrl).host);
  assert.deepEqual(plan.changes.map(({ action }) => action), ["update", "create"]);
  assert.deepEqual(JSON.parse(readFileSync(at("plan.json"), "utf8")).changes, plan.changes);
  assert.equal(modeOf(at("plan.json")), "600");
  assert.match(stderr, /Saved as plan\.json\. Apply it: domo-users apply plan\.json\n/);
  assert.equal(plan.source.file, at("people.csv"));
  assert.match(plan.source.sha256, /^[0-9a-f]{64}$/);
});

test("errors of a list are printed together, in the words of the command, with exit code 2", async (t) => {
  const { here, write, mock, at } = await office(t);
  write("people.csv", "email,departmnet,Mobile\nada@example.com,x,1\nnew@example.com,y,2\n");
  const { code, stdout, stderr } = await run(["plan", "people.csv", "-o", "plan.json"], here);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^error: people\.csv has \d errors:\n- row/);
  assert.match(stderr, /Pass --map "departmnet=department" --map "Mobile=phoneNumber", if that is meant\. .*--ignore-unknown ignores all/);
  assert.match(stderr, /--new-attribute <key>/);
  write("other.csv", "email,Likes tea,Desk\nada@example.com,x,1\n");
  const other = await run(["plan", "other.csv"], here);
  assert.match(other.stderr, /Pass --map "Desk=deskPhoneNumber", if that is meant\. Map each other column with --map "<header>=<field>", ignore it with --ignore "<header>"/);
  assert.doesNotMatch(other.stderr, /--ignore "?Likes/, "whoever pastes it would lose the column");
  assert.match(stderr, /--default role=Participant/);
  assert.doesNotMatch(stderr, /columns: \{|newUsers|otherColumns/);
  assert.ok(!existsSync(at("plan.json")));
  assert.deepEqual(writes(mock), []);
});

test("options say how a list is read", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", Buffer.from("Mail;Name;Notes;Sh\xf6e;department\nada@example.com;Ada;secret;38;\nj\xf6rg@example.com;J\xf6rg;;;Navy\n", "latin1"));
  const args = ["--map", "Mail=emailAddress", "--map", "Name=displayName", "--map", "Sh\u00f6e=shoeSize", "--ignore", "Notes", "--new-attribute", "shoeSize"];
  const { code, stdout, stderr } = await run(["plan", "people.csv", ...args, "--default", "role=Editor", "--clear-empty", "--encoding", "windows-1252", "--delimiter", ";", "--json"], here);
  assert.equal(code, 0, stderr);
  const [update, create] = JSON.parse(stdout).changes;
  assert.equal(update.changes.displayName, "Ada");
  assert.deepEqual(update.changes.attributes, [{ key: "shoeSize", values: ["38"] }, { key: "department", values: [null] }]);
  assert.deepEqual([create.user.displayName, create.user.roleId], ["J\u00f6rg", 3]);
});

test("--delete-missing is limited by --max-deletes, a number or a percentage, and spares protected users", async (t) => {
  const { here, write } = await office(t);
  write("people.csv", "email\nada@example.com\n");
  const refused = await run(["plan", "people.csv", "--delete-missing", "--max-deletes", "2"], here);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /would delete 3 users.*--max-deletes is 2.*raise --max-deletes/);
  const percent = await run(["plan", "people.csv", "--delete-missing", "--max-deletes", "50%"], here);
  assert.match(percent.stderr, /50% of 4 users/);
  const { code, stdout } = await run(["plan", "people.csv", "--delete-missing", "--max-deletes", "75%", "--protect", "me,2", "--protect", "3", "--json"], here);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout).changes.map(({ action, id }) => [action, id]), [["delete", 4]]);
});

test("a list is read from stdin as -", async (t) => {
  const { here } = await office(t);
  const { code, stdout } = await run(["plan", "-"], { ...here, input: LIST });
  assert.equal(code, 0);
  assert.match(stdout, /^2 changes/);
  const both = await run(["plan", "-", "--token-stdin"], { ...here, input: LIST });
  assert.equal(both.code, 2);
});

test("a list is read from a pipe with a name", async (t) => {
  const { here, at, write } = await office(t);
  execFileSync("mkfifo", [at("pipe")]);
  const { ended } = start(["plan", "pipe"], here);
  write("pipe", LIST);
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^2 changes/);
  assert.match((await run(["apply", "pipe", "--yes"], here)).stderr, /give - as the file/);
});

test("a file that cannot be read is an error with exit code 2, and nothing is sent", async (t) => {
  const { here, at, mock } = await office(t);
  mkdirSync(at("folder"));
  for (const [file, reason] of [["missing.csv", /missing\.csv cannot be read: it does not exist/], ["folder", /folder cannot be read: it is a folder/]]) {
    const { code, stderr } = await run(["plan", file], here);
    assert.equal(code, 2);
    assert.match(stderr, reason);
  }
  assert.deepEqual(mock.requests, []);
});

test("the plan is saved although the reader of stdout closes it", async (t) => {
  const all = await office(t, { users: 2000 });
  all.write("people.csv", `id,title\n${[...all.mock.users.keys()].map((id) => `${id},T${id}\n`).join("")}`);
  const { child, ended } = start(["plan", "people.csv", "--match-by", "id", "--all", "-o", "plan.json"], all.here);
  child.stdout.once("data", () => child.stdout.destroy());
  const { stderr } = await ended;
  assert.doesNotMatch(stderr, /error/i);
  assert.equal(JSON.parse(readFileSync(all.at("plan.json"), "utf8")).changes.length, 2000);
});

test("the plan never replaces the list", async (t) => {
  const { here, write, at } = await office(t);
  write("people.csv", LIST);
  const { code } = await run(["plan", "people.csv", "-o", "./people.csv"], here);
  assert.equal(code, 2);
  assert.equal(readFileSync(at("people.csv"), "utf8"), LIST);
});

test("the plan replaces no file but a saved plan", async (t) => {
  const { mock, here, write, at } = await office(t);
  write("people.csv", LIST);
  for (const [name, content] of [["notes.csv", "a,b\n"], ["package.json", '{"name": "x"}'], ["list.json", "[1]"]]) {
    write(name, content);
    const { code, stdout, stderr } = await run(["plan", "people.csv", "-o", name], here);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.ok(stderr.includes(`${name} exists and is not a saved plan, so it is not replaced. Give another file with -o.`), stderr);
    assert.equal(readFileSync(at(name), "utf8"), content);
  }
  assert.deepEqual(mock.requests, []);
  write("empty.json", "");
  for (const name of ["empty.json", "new.json", "new.json"]) assert.equal((await run(["plan", "people.csv", "-o", name], here)).code, 0, name);
});

test("JSON is no list: the error says how a saved plan is applied", async (t) => {
  const { here, write, at } = await office(t);
  write("people.csv", LIST);
  assert.equal((await run(["plan", "people.csv", "-o", "plan.json"], here)).code, 0);
  const json = readFileSync(at("plan.json"), "utf8");
  const message = /holds JSON, and a list is a CSV file or an Excel workbook\. To apply a saved plan, give its file: domo-users apply plan\.json/;
  for (const [args, input] of [[["plan", "plan.json"]], [["plan", "-"], json], [["apply", "-", "--yes"], json], [["plan", "-"], "[]"]]) {
    const { code, stderr } = await run(args, { ...here, ...(input !== undefined && { input }) });
    assert.equal(code, 2);
    assert.match(stderr, message, args.join(" "));
  }
});

test("a workbook is read: dates, numbers, booleans, line breaks, and the row numbers of the sheet", async (t) => {
  const { here, at } = await office(t, { attributeKeys: ["badge", "remote"] });
  await writeWorkbook(at("hr.xlsx"), {
    People: [
      [], [],
      ["E-Mail", "Name", "Role", "Hire Date", "Badge", "Remote", "Title"].map((value) => value),
      [],
      ["new@example.com", 'New, "Nick"', "Participant", new Date("2024-03-01T00:00:00Z"), 491701234567890, true, "a\nb"],
      [null, null, null, null, null, null, null],
      ["two@example.com", "Two", "Participant", new Date("2024-03-01T09:30:17Z"), 0.5, false, "00712"],
    ],
    Other: [["email", "title"], ["ada@example.com", "from the other sheet"]],
  });
  const { code, stdout, stderr } = await run(["plan", "hr.xlsx", "--map", "Name=displayName", "--json"], here);
  assert.equal(code, 0, stderr);
  const [first, second] = JSON.parse(stdout).changes;
  const valuesOf = ({ then }) => Object.fromEntries(then.attributes.map(({ key, values }) => [key, values[0]]));
  assert.deepEqual([first.row, first.user.displayName], [5, 'New, "Nick"']);
  assert.deepEqual(valuesOf(first), { hireDate: Date.UTC(2024, 2, 1), badge: "491701234567890", remote: "TRUE", title: "a\nb" });
  assert.deepEqual([second.row, second.user.displayName], [7, "Two"]);
  assert.deepEqual(valuesOf(second), { hireDate: Date.UTC(2024, 2, 1, 9, 30, 17), badge: "0.5", remote: "FALSE", title: "00712" });
  for (const sheet of ["Other", "2"]) {
    const other = await run(["plan", "hr.xlsx", "--sheet", sheet], here);
    assert.match(other.stdout, /title: Lead → from the other sheet/, other.stderr);
  }
  assert.match(stderr, /^Of hr\.xlsx, the first sheet "People" was read\. To read another: --sheet "Other"\n$/);
  assert.equal((await run(["plan", "hr.xlsx", "--sheet", "Other"], here)).stderr, "");
  const missing = await run(["plan", "hr.xlsx", "--sheet", "Nope"], here);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /hr\.xlsx has no sheet "Nope"\. Its sheets: People, Other\./);
});

test("an error cell of a workbook, and a formula without a stored result, are refused and not read as empty", async (t) => {
  const { here, at } = await office(t);
  const rows = [["email", "title"], ["ada@example.com", "TITLE"]];
  const asError = (xml) => xml.replace(/<c r="B2"[^>]*>.*?<\/c>/, '<c r="B2" t="e"><f>VLOOKUP(1,A1,1)</f><v>#N/A</v></c>');
  await writeWorkbook(at("errors.xlsx"), { People: rows }, asError);
  const failed = await run(["plan", "errors.xlsx"], here);
  assert.equal(failed.code, 2);
  assert.match(failed.stderr, /row 2, title: .*#N\/A/);
  // As programs write formulas that they have not calculated.
  for (const inside of ["", "<v></v>", "<v/>", '<v xml:space="preserve"></v>']) {
    const asFormula = (xml) => xml.replace(/<c r="B2"[^>]*>.*?<\/c>/, `<c r="B2"><f>CONCATENATE("a","b")</f>${inside}</c>`);
    await writeWorkbook(at("formulas.xlsx"), { People: rows }, asFormula);
    const unknown = await run(["plan", "formulas.xlsx", "--clear-empty"], here);
    assert.equal(unknown.code, 2, inside);
    assert.match(unknown.stderr, /formulas\.xlsx, row 2: the cell B2 holds a formula without a saved value\. Open the workbook in Excel and save it\./);
  }
  const asEmptyText = (xml) => xml.replace(/<c r="B2"[^>]*>.*?<\/c>/, '<c r="B2" t="str"><f>""</f><v></v></c>');
  await writeWorkbook(at("text.xlsx"), { People: rows }, asEmptyText);
  assert.match((await run(["plan", "text.xlsx"], here)).stdout, /^No changes/);
});

test("a number of a workbook keeps the zeros that its number format shows", async (t) => {
  const { here, at } = await office(t, { attributeKeys: ["badge"] });
  const number = (value, format) => ({ value, type: Number, format });
  await writeWorkbook(at("hr.xlsx"), { People: [["email", "Employee ID", "badge"], ["ada@example.com", number(742, "000000"), number(742, "0.00")], ["grace@example.com", number(1234567, "000000"), number(7, "0")]] });
  const { code, stdout, stderr } = await run(["plan", "hr.xlsx", "--json"], here);
  assert.equal(code, 0, stderr);
  const values = JSON.parse(stdout).changes.map(({ changes }) => changes.attributes.map(({ values: [value] }) => value));
  assert.deepEqual(values, [["000742", "742"], ["1234567", "7"]]);
});

test("what is no list and no workbook is named", async (t) => {
  const { here, write } = await office(t);
  write("old.xls", Buffer.from("d0cf11e0a1b11ae1", "hex"));
  write("some.ods", Buffer.from("PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "latin1"));
  write("broken.xlsx", Buffer.alloc(500, 0xff));
  write("people.csv", LIST);
  for (const [args, reason] of [
    [["broken.xlsx"], /The name is that of an Excel workbook, but the file is none, or is damaged/],
    [["people.csv", "--header-row", "2"], /--header-row is for Excel workbooks.*delete the lines above the header/],
    [["old.xls"], /this is an Excel workbook that cannot be read: .* save it as \.xlsx without a password, or as CSV UTF-8/],
    [["some.ods"], /OpenDocument spreadsheet/],
    [["people.csv", "--sheet", "2"], /--sheet is for Excel workbooks/],
  ]) {
    const { code, stderr } = await run(["plan", ...args], here);
    assert.equal(code, 2);
    assert.match(stderr, reason);
  }
});
