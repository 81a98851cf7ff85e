// The commands that read users and roles.
import assert from "node:assert/strict";
import { once } from "node:events";
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { run, scratch, served, start, until } from "../support/cli.mjs";

const person = (id, displayName, roleId, attributes = {}) => ({
  id, displayName, userName: `user${id}@example.com`, emailAddress: `user${id}@example.com`, roleId,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, values: [value].flat() })),
});
const USERS = [
  person(1, "Ada Lovelace", 1, { department: "Sales", title: "Analyst", hireDate: 1709251200000, isActive: true }),
  person(2, "Grace Hopper", 4, { department: "SALES", isActive: false, costcenter: "CC 7" }),
  person(3, "Katherine Johnson", 900001, { department: "Research", title: "Lead", reportsTo: "1" }),
];
const ROLES = [{ id: 1, name: "Admin" }, { id: 4, name: "Participant" }, { id: 900001, name: "HR Admin" }];
const company = (t, options) => served(t, { users: USERS, roles: ROLES, ...options });
const lines = (text) => text.split("\n").slice(0, -1);
const firstCells = (text) => lines(text).map((line) => line.split("\t")[0]);

test("without a terminal, list prints a line a user with a tab between the cells", async (t) => {
  const { env } = await company(t);
  const { code, stdout, stderr } = await run(["list"], { env });
  assert.equal(code, 0);
  assert.equal(stderr, "");
  assert.deepEqual(lines(stdout), [
    "1\tAda Lovelace\tuser1@example.com\tAdmin\tSales\tAnalyst",
    "2\tGrace Hopper\tuser2@example.com\tParticipant\tSALES\t",
    "3\tKatherine Johnson\tuser3@example.com\tHR Admin\tResearch\tLead",
  ]);
});

test("list filters by role, department and any other field, ignoring case", async (t) => {
  const { env } = await company(t);
  for (const [args, ids] of [
    [["--role", "hr ADMIN"], ["3"]],
    [["--role", "900001"], ["3"]],
    [["--department", "sales"], ["1", "2"]],
    [["--department", "sales", "--role", "admin"], ["1"]],
    [["--where", "isActive=false"], ["2"]],
    [["--where", "role=participant"], ["2"]],
    [["--where", "Cost Center=cc 7"], ["2"]],
    [["--where", "title="], ["2"]],
    [["--where", "hireDate=2024-03-01"], ["1"]],
    [["--where", "department=Sales", "--where", "isActive=true"], ["1"]],
    [["--where", "reportsTo=1"], ["3"]],
    [["--department", "nobody"], []],
  ]) {
    const { code, stdout, stderr } = await run(["list", ...args], { env });
    assert.equal(code, 0, stderr);
    assert.deepEqual(firstCells(stdout), ids, args.join(" "));
  }
});

test("an unknown role is an error that lists the roles", async (t) => {
  const { env, mock } = await company(t);
  const { code, stdout, stderr } = await run(["list", "--role", "Boss"], { env });
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /no role "Boss"\. Its roles: Admin, Participant, HR Admin\./);
  assert.ok(mock.requests.every(({ path }) => !path.includes("/users")), "no users were read");
});

test("if the token may not list roles, list shows their ids and says why", async (t) => {
  const { env } = await company(t, { oddities: { roles: "forbidden" } });
  const { code, stdout, stderr } = await run(["list", "--columns", "id,role"], { env });
  assert.equal(code, 0);
  assert.deepEqual(lines(stdout), ["1\t1", "2\t4", "3\t900001"]);
  assert.match(stderr, /^warning: Roles are shown by id/);
  assert.equal((await run(["list", "--role", "4"], { env })).stdout.split("\t")[0], "2");
  assert.match((await run(["list", "--role", "Admin"], { env })).stderr, /did not list its roles: give the id/);
});

test("unknown names of fields are refused with the name that was probably meant", async (t) => {
  const { env } = await company(t);
  for (const [args, expected] of [
    [["list", "--columns", "id,departmnet"], /--columns must be .*did you mean department\?/],
    [["list", "--where", "titel=x"], /--where must be .*did you mean title\?/],
    [["search", "ada", "--columns", "shoeSize"], /--columns must be .*got "shoeSize"/],
    [["export", "--columns", "departmnet"], /did you mean department\?/],
    [["list", "--where", "department"], /"name=value"/],
  ]) {
    const { code, stdout, stderr } = await run(args, { env });
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, expected);
  }
});

test("names of fields are understood as in an export, and no request is sent for Domo's own", async (t) => {
  const { env, mock } = await company(t, { attributeKeys: ["a,b"] });
  const { stdout, stderr } = await run(["list", "--columns", "id,E-Mail,cost center,a,role", "--json", "--role", "Participant"], { env });
  assert.equal(stdout, "", stderr);
  const named = await run(["list", "--columns", "id,E-Mail,cost center,role", "--json", "--role", "Participant"], { env });
  assert.deepEqual(JSON.parse(named.stdout), [{ id: 2, emailAddress: "user2@example.com", costcenter: "CC 7", role: "Participant" }]);
  mock.requests.length = 0;
  await run(["list", "--columns", "id,title", "--csv"], { env });
  assert.deepEqual(mock.requests.map(({ path }) => path), ["/api/identity/v1/users?parts=DETAILED"]);
});

test("if the instance does not list its attribute keys, any name but nearly Domo's own is accepted", async (t) => {
  const { env } = await company(t, { oddities: { keys: "forbidden" } });
  assert.deepEqual(lines((await run(["list", "--columns", "id,costcenter"], { env })).stdout), ["1\t", "2\tCC 7", "3\t"]);
  assert.equal((await run(["list", "--columns", "id,departmnet"], { env })).code, 2);
});

test("list --json prints users as the instance returned them, --csv a file for plan", async (t) => {
  const { env } = await company(t);
  const all = JSON.parse((await run(["list", "--json"], { env })).stdout);
  assert.deepEqual(all.map(({ id, roleId }) => [id, roleId]), [[1, 1], [2, 4], [3, 900001]]);
  assert.ok(all[0].attributes.some(({ key, values }) => key === "title" && values[0] === "Analyst"));
  assert.deepEqual(JSON.parse((await run(["list", "--json", "--department", "none"], { env })).stdout), []);
  const csv = (await run(["list", "--csv", "--columns", "id,displayName,role", "--role", "Admin"], { env })).stdout;
  assert.equal(csv, "id,displayName,role\r\n1,Ada Lovelace,Admin\r\n");
  assert.match((await run(["list", "--csv"], { env })).stdout, /^id,displayName,userName,roleId,emailAddress,/);
  const { code, stderr } = await run(["list", "--csv", "--json"], { env });
  assert.equal(code, 2);
  assert.match(stderr, /cannot be used with/);
});

test("get prints one user, by id or by e-mail address ignoring case", async (t) => {
  const { env } = await company(t);
  const byId = await run(["get", "1"], { env });
  assert.equal(byId.code, 0);
  for (const line of ["id\t1", "displayName\tAda Lovelace", "role\tAdmin", "title\tAnalyst", "hireDate\t2024-03-01"]) assert.ok(lines(byId.stdout).includes(line), line);
  const byMail = await run(["get", "USER2@Example.com", "--json"], { env });
  assert.equal(JSON.parse(byMail.stdout).displayName, "Grace Hopper");
});

test("get says what is wrong if there is no such user", async (t) => {
  const { env } = await company(t);
  for (const [given, code, message] of [
    ["77", 1, /NOT_FOUND/],
    ["nobody@example.com", 1, /No user has the e-mail address nobody@example\.com.*search nobody\n/],
    ["Ada", 2, /by id or e-mail address; received "Ada".*domo-users search Ada\n/],
  ]) {
    const result = await run(["get", given], { env });
    assert.deepEqual([result.code, result.stdout], [code, ""], given);
    assert.match(result.stderr, message);
  }
});

test("search lists the users whose text contains the given text", async (t) => {
  const { env } = await company(t);
  assert.deepEqual(firstCells((await run(["search", "hopper"], { env })).stdout), ["2"]);
  assert.deepEqual(firstCells((await run(["search", "user"], { env })).stdout), ["1", "2", "3"]);
  assert.deepEqual(JSON.parse((await run(["search", "nothing", "--json"], { env })).stdout), []);
  assert.equal((await run(["search"], { env })).code, 2);
});

test("roles lists the roles with the number of their users", async (t) => {
  const { env } = await company(t);
  assert.deepEqual(lines((await run(["roles"], { env })).stdout).map((line) => line.split("\t").slice(0, 3)), [["1", "Admin", "1"], ["4", "Participant", "1"], ["900001", "HR Admin", "1"]]);
  assert.equal(JSON.parse((await run(["roles", "--json"], { env })).stdout)[2].name, "HR Admin");
});

test("whoami prints the owner of the token and the instance", async (t) => {
  const { env, baseUrl } = await company(t, { owner: 3 });
  const { stdout } = await run(["whoami"], { env });
  assert.deepEqual(lines(stdout).slice(0, 2), [`instance\t${new URL(baseUrl).host}`, "id\t3"]);
  assert.ok(lines(stdout).includes("role\tHR Admin"));
  assert.equal(JSON.parse((await run(["whoami", "--json"], { env })).stdout).displayName, "Katherine Johnson");
});

test("export writes all users as CSV, in the form that its options ask for", async (t) => {
  const { env } = await company(t);
  const columns = "id,displayName,roleId,reportsTo,hireDate";
  const exported = async (...args) => (await run(["export", "--columns", columns, ...args], { env })).stdout;
  assert.equal(await exported(), `${columns}\r\n1,Ada Lovelace,1,,1709251200000\r\n2,Grace Hopper,4,,\r\n3,Katherine Johnson,900001,1,\r\n`);
  assert.ok((await exported("--bom")).startsWith("\ufeffid,"));
  assert.match(await exported("--dates", "iso"), /,2024-03-01\r\n/);
  assert.match(await exported("--managers", "emailAddress"), /user1@example\.com/);
  assert.match(await exported("--roles", "name"), /HR Admin/);
  assert.match(await exported("--delimiter", ";"), /^id;displayName;/);
  assert.match(await exported("--delimiter", "tab"), /^id\tdisplayName\t/);
  assert.match((await run(["export"], { env })).stdout, /^id,displayName,userName,roleId,emailAddress,/);
  const { code, stderr } = await run(["export", "--dates", "us"], { env });
  assert.equal(code, 2);
  assert.match(stderr, /Allowed choices are milliseconds, iso/);
});

test("-o writes a file that only its owner can read, and leaves no other file", async (t) => {
  const { env } = await company(t);
  const cwd = scratch(t);
  for (const args of [["export"], ["list"], ["list", "--json"], ["list", "--csv"], ["search", "ada"], ["get", "1"], ["roles"], ["whoami"]]) {
    const file = `${args.join("")}.txt`;
    writeFileSync(join(cwd, file), "old", { mode: 0o644 });
    const { code, stdout, stderr } = await run([...args, "-o", file], { env, cwd });
    assert.deepEqual([code, stdout], [0, ""], stderr);
    assert.match(readFileSync(join(cwd, file), "utf8"), /Ada|Admin/);
    if (process.platform !== "win32") assert.equal(statSync(join(cwd, file)).mode & 0o777, 0o600, file);
  }
  assert.deepEqual(readdirSync(cwd).filter((name) => name.startsWith(".")), []);
});

test("-o - is stdout, a link keeps its place, and a device is not replaced", async (t) => {
  const { env } = await company(t);
  const cwd = scratch(t);
  assert.match((await run(["export", "-o", "-"], { env, cwd })).stdout, /^id,/);
  if (process.platform === "win32") return;
  writeFileSync(join(cwd, "real.csv"), "old");
  symlinkSync("real.csv", join(cwd, "link.csv"));
  await run(["export", "-o", "link.csv"], { env, cwd });
  assert.ok(lstatSync(join(cwd, "link.csv")).isSymbolicLink());
  assert.match(readFileSync(join(cwd, "real.csv"), "utf8"), /Ada/);
  assert.equal((await run(["export", "-o", "/dev/null"], { env, cwd })).code, 0);
  assert.ok(lstatSync("/dev/null").isCharacterDevice());
});

test("-o through a link writes where the link leads, also if that is a pipe or does not exist yet", { skip: process.platform === "win32" }, async (t) => {
  const { env } = await company(t);
  const cwd = scratch(t);
  symlinkSync("/proc/self/fd/1", join(cwd, "out.json"));
  // A shell connects the command with a pipe.
  const { stdout, stderr } = await run(["list", "-o", "out.json"], { env, cwd, node: "sh", nodeArgs: ["-c", `"${process.execPath}" "$0" "$@" | cat`] });
  assert.equal(stderr, "3 users are in out.json.\n");
  assert.ok(JSON.parse(stdout).length > 0);
  assert.ok(lstatSync(join(cwd, "out.json")).isSymbolicLink());
  symlinkSync("later.csv", join(cwd, "link.csv"));
  assert.equal((await run(["export", "-o", "link.csv"], { env, cwd })).code, 0);
  assert.ok(lstatSync(join(cwd, "link.csv")).isSymbolicLink());
  assert.match(readFileSync(join(cwd, "later.csv"), "utf8"), /^id,/);
});

test("-o replaces no file of a run", async (t) => {
  const { env, mock } = await company(t);
  const cwd = scratch(t);
  for (const name of ["plan.json", "plan.journal", "plan.result.json"]) writeFileSync(join(cwd, name), "{}");
  mock.requests.length = 0;
  for (const args of [["list", "-o", "plan.json"], ["list", "--json", "-o", "plan.journal"], ["export", "-o", "plan.journal"], ["roles", "-o", "plan.result.json"]]) {
    const { code, stderr } = await run(args, { env, cwd });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /belongs to a plan that was started, and is needed to continue or undo it, so it is not replaced\. Give another file\./);
  }
  assert.deepEqual(mock.requests, []);
});

test("export to a file names the attributes of the instance that it does not have", async (t) => {
  const users = [{ id: 1, displayName: "Ada", emailAddress: "ada@example.com", roleId: 1, attributes: [{ key: "shoeSize", values: ["40"] }] }];
  const { env, mock } = await served(t, { users });
  const here = { env, cwd: scratch(t) };
  const hint = /The instance also has the attribute shoeSize, which is not exported\. To export it, add --all-attributes\.\n/;
  assert.match((await run(["export", "-o", "people.csv"], here)).stderr, hint);
  for (const args of [[], ["-o", "people.csv", "--columns", "displayName,shoeSize"]]) assert.doesNotMatch((await run(["export", ...args], here)).stderr, /shoeSize/);
  await run(["export", "-o", "all.csv", "--all-attributes"], here);
  assert.match(readFileSync(join(here.cwd, "all.csv"), "utf8"), /^id,.*,shoeSize\r\n1,.*,40\r\n$/);
  for (const status of [403, 400]) {
    mock.addFault({ path: /keys/, status });
    const { code, stderr } = await run(["export", "-o", "people.csv"], here);
    assert.deepEqual([code, stderr.split("\n").length], [0, 2]);
  }
});

test("-o to a place where no file can be is an error with the reason", async (t) => {
  const { env } = await company(t);
  const cwd = scratch(t);
  for (const [file, reason] of [["missing/people.csv", /missing\/people\.csv cannot be written: its folder does not exist\./], [".", /it is a folder/]]) {
    const { code, stderr } = await run(["export", "-o", file], { env, cwd });
    assert.equal(code, 2);
    assert.match(stderr, reason);
  }
});

test("if the connection breaks in the middle of an export, the old file stays as it was", async (t) => {
  const { env, mock } = await served(t, { users: 3000 });
  const cwd = scratch(t);
  writeFileSync(join(cwd, "people.csv"), "old");
  mock.addFault({ path: "/api/identity/v1/users", cutBodyAt: 400_000, times: Infinity });
  const { code, stderr } = await run(["export", "-o", "people.csv"], { env, cwd });
  assert.equal(code, 1);
  assert.match(stderr, /ended early/);
  assert.equal(readFileSync(join(cwd, "people.csv"), "utf8"), "old");
  assert.deepEqual(readdirSync(cwd), ["people.csv"]);
});

test("Ctrl-C during a read ends with 130 and leaves no file", async (t) => {
  for (const args of [["export", "-o", "people.csv"], ["list"], ["get", "1"], ["whoami"], ["search", "a"], ["roles"]]) {
    const { env, mock } = await company(t);
    const cwd = scratch(t);
    mock.addFault({ stall: true, times: Infinity });
    const { child, ended } = start(args, { env, cwd });
    await until(() => mock.requests.length > 0);
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    assert.deepEqual([code, stdout], [130, ""], args.join(" "));
    assert.deepEqual(readdirSync(cwd), []);
  }
});

test("Ctrl-C while an export is written leaves the old file", async (t) => {
  // An instance that never ends its list.
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.write(`{"users":[${Array.from({ length: 5000 }, (_, index) => JSON.stringify(person(index + 1, "x".repeat(200), 1))).join(",")},`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const cwd = scratch(t);
  writeFileSync(join(cwd, "people.csv"), "old");
  const { child, ended } = start(["export", "-o", "people.csv"], { env: { DOMO_BASE_URL: `http://127.0.0.1:${server.address().port}`, DOMO_TOKEN: "x" }, cwd });
  await until(() => readdirSync(cwd).some((name) => name.endsWith(".tmp") && statSync(join(cwd, name)).size > 0));
  child.kill("SIGINT");
  assert.equal((await ended).code, 130);
  assert.equal(readFileSync(join(cwd, "people.csv"), "utf8"), "old");
  assert.deepEqual(readdirSync(cwd), ["people.csv"]);
});

test("a token that the instance refuses ends with 1 and one error", async (t) => {
  const { env } = await company(t);
  for (const args of [["list"], ["get", "1"], ["whoami"], ["export"], ["roles"], ["search", "a"]]) {
    const { code, stdout, stderr } = await run(args, { env: { ...env, DOMO_DEVELOPER_TOKEN: "wrong-token" } });
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(stderr, /^error: UNAUTHORIZED: [^\n]*\n$/);
  }
});

test("the ending of -o says the form, and a workbook is refused", async (t) => {
  const { env, mock } = await company(t);
  const cwd = scratch(t);
  const written = (name) => readFileSync(join(cwd, name), "utf8");
  const listed = await run(["list", "-o", "people.CSV", "--columns", "id,displayName", "--role", "Admin", "--bom", "--delimiter", ";"], { env, cwd });
  assert.deepEqual([listed.stdout, listed.stderr], ["", "1 user is in people.CSV.\n"]);
  assert.equal(written("people.CSV"), "\ufeffid;displayName\r\n1;Ada Lovelace\r\n");
  await run(["search", "ada", "-o", "people.json"], { env, cwd });
  assert.equal(JSON.parse(written("people.json"))[0].id, 1);
  await run(["list", "-o", "people.txt", "--columns", "id,displayName"], { env, cwd });
  assert.match(written("people.txt"), /^1\tAda Lovelace\n/);
  await run(["list", "--json", "-o", "json.csv"], { env, cwd });
  assert.equal(JSON.parse(written("json.csv")).length, USERS.length);
  mock.requests.length = 0;
  for (const args of [["export", "-o", "all.xlsx"], ["list", "-o", "all.xls"], ["get", "1", "-o", "all.XLSX"]]) {
    const { code, stderr } = await run(args, { env, cwd });
    assert.equal(code, 2);
    assert.match(stderr, /cannot write the Excel workbook all\.\w+\. Give a name that ends in \.csv/i);
  }
  const { code, stderr } = await run(["list", "--bom"], { env, cwd });
  assert.deepEqual([code, /--bom and --delimiter are for CSV\. Add --csv/.test(stderr)], [2, true]);
  assert.deepEqual(mock.requests, []);
});

test("--where finds the reports of a manager who is given by e-mail address", async (t) => {
  const { env } = await company(t);
  for (const manager of ["1", "user1@example.com", "USER1@example.com"]) {
    assert.deepEqual(firstCells((await run(["list", "--where", `reportsTo=${manager}`], { env })).stdout), ["3"], manager);
  }
  const { code, stderr } = await run(["list", "--where", "reportsTo=nobody@example.com"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /No user has the e-mail address nobody@example\.com/);
});
