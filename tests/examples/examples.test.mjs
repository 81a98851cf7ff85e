// Each example as its own project, with the installed tarball, against the mock over HTTP.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { installInto, pack } from "../../scripts/install.mjs";
import { root } from "../../scripts/tools.mjs";
import { TOKEN, mockDomo } from "../support/installed.mjs";

const execute = promisify(execFile);
const home = join(root, "target", "examples");
let tarball;

before(() => {
  ({ tarball } = pack());
});

/** Installs an example and returns a function that runs node in its folder. */
async function example(t, name, options = {}) {
  const folder = join(home, name);
  rmSync(folder, { recursive: true, force: true });
  installInto(folder, tarball);
  cpSync(join(root, "js-examples", name), folder, { recursive: true });
  const mock = mockDomo({ users: 60, developerToken: TOKEN, ...options });
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  const env = { PATH: process.env.PATH, DOMO_BASE_URL: baseUrl, DOMO_TOKEN: TOKEN };
  const node = (args, more) => execute(process.execPath, args, { cwd: folder, env: { ...env, ...more } });
  return { mock, baseUrl, folder, node };
}

test("node-esm", async (t) => {
  const { node } = await example(t, "node-esm");
  const { stdout } = await node(["users-by-role.mjs"]);
  for (const role of ["Admin", "Privileged", "Editor", "Participant", "Social"]) assert.match(stdout, new RegExp(role));
});

test("node-cjs", async (t) => {
  const { mock, node } = await example(t, "node-cjs");
  const args = ["create-user.cjs", "Jane Doe", "jane.doe@example.com", "4"];
  assert.match((await node(args)).stdout, /Jane Doe is user \d+/);
  assert.equal(mock.users.size, 61);
  await assert.rejects(node(args), { code: 1, stderr: /^CONFLICT: / });
});

test("typescript", async (t) => {
  const { folder, node } = await example(t, "typescript");
  const modules = join(root, "node_modules");
  symlinkSync(join(modules, "@types"), join(folder, "node_modules", "@types"));
  await execute(join(modules, ".bin", "tsc"), [], { cwd: folder });
  const { stdout } = await node(["dist/inactive-users.js"], { NOW: "1700000000000" });
  assert.match(stdout, /\d+ of 60 users were not active/);
});

test("code-engine", async (t) => {
  const { node } = await example(t, "code-engine");
  const { stdout } = await node(["try-locally.cjs"]);
  assert.match(stdout, /createUser: Jane Doe is user \d+\ngetAllUsers: 51 users\nupdateUser: role 2\ndeleteUser: true/);
  const synced = (await node(["sync-locally.cjs"])).stdout;
  assert.match(synced, /^planUsers: 200 changes\n[^]*: 200 done, 0 failed, 0 skipped\nfindUserByEmail: New 7\nplanUsers: 0 changes\n$/);
});

test("aws-lambda", async (t) => {
  const { mock, node } = await example(t, "aws-lambda");
  const [id] = mock.users.keys();
  assert.match((await node(["invoke.mjs", JSON.stringify({ userId: id, roleId: 3 })])).stdout, /statusCode: 200/);
  assert.equal(mock.users.get(id).roleId, 3);
  assert.match((await node(["invoke.mjs", '{"userId": 5, "roleId": 3}'])).stdout, /statusCode: 404/);
  assert.match((await node(["invoke.mjs", "{"])).stdout, /statusCode: 400/);
});

test("sync-from-csv", async (t) => {
  const { mock, folder, node } = await example(t, "sync-from-csv");
  const [{ emailAddress }] = mock.users.values();
  writeFileSync(join(folder, "hr.csv"), `${readFileSync(join(folder, "people.csv"), "utf8")}${emailAddress.toUpperCase()},Known,3,,,\n`);
  const printed = (await node(["sync.mjs", "hr.csv"])).stdout;
  assert.match(printed, /^3 changes: 1 update, 2 creates; 0 users unchanged\n[^]*\+ Anna Boss <anna\.boss@example\.com>, row 2\n/);
  assert.equal(mock.users.size, 60);
  mock.addFault({ method: "POST", path: "/api/identity/v1/users", status: 400 });
  await assert.rejects(node(["sync.mjs", "hr.csv", "--apply"]), { code: 1, stdout: /1 done, 2 failed/ });
  assert.match((await node(["sync.mjs", "hr.csv", "--apply"])).stdout, /3 done, 0 failed, 0 skipped/);
  const byEmail = new Map([...mock.users.values()].map((user) => [user.emailAddress, user]));
  const { attributes } = byEmail.get("ben.doe@example.com");
  assert.deepEqual(attributes.find(({ key }) => key === "reportsTo").values, [String(byEmail.get("anna.boss@example.com").id)]);
  assert.match((await node(["sync.mjs", "hr.csv"])).stdout, /^No changes|^0 changes/);
  writeFileSync(join(folder, "wrong.csv"), "email,roleId\nnope,x\n");
  await assert.rejects(node(["sync.mjs", "wrong.csv"]), { code: 1, stderr: /row 2/ });
});

test("offboarding", async (t) => {
  const { mock, node } = await example(t, "offboarding");
  const managers = new Map();
  for (const { attributes } of mock.users.values()) {
    const boss = attributes.find(({ key }) => key === "reportsTo")?.values[0];
    if (boss) managers.set(boss, (managers.get(boss) ?? 0) + 1);
  }
  const [[boss, reports]] = managers;
  const leaving = mock.users.get(Number(boss));
  const newManager = [...mock.users.values()].find(({ id }) => !managers.has(String(id)));
  const { stdout } = await node(["offboard.mjs", "--to", newManager.emailAddress, leaving.emailAddress]);
  assert.match(stdout, /users now report to .*, 1 users deleted: \d+ done, 0 failed/);
  assert.ok(!mock.users.has(leaving.id));
  const now = [...mock.users.values()].filter(({ attributes }) => attributes.some(({ key, values }) => key === "reportsTo" && values[0] === String(newManager.id)));
  assert.ok(now.length >= reports - 1);
});

test("audit-export", async (t) => {
  const { folder, node } = await example(t, "audit-export", { users: 1000 });
  assert.match((await node(["export.mjs", "all.csv"])).stdout, /all\.csv: [\d,]+ bytes/);
  assert.match(readFileSync(join(folder, "all.csv"), "utf8"), /^\ufeffid,displayName,userName,roleId,emailAddress,/);
  await node(["export.mjs", "few.csv", "emailAddress", "title"]);
  assert.equal(readFileSync(join(folder, "few.csv"), "utf8").slice(0, 21), "\ufeffemailAddress,title\r\n");
  await assert.rejects(node(["export.mjs", "none.csv", "a", "a"]), { code: 1 });
});

// tests/page clicks through the page; this is its start as the README says.
test("browser", async (t) => {
  const { baseUrl, folder, node } = await example(t, "browser");
  const start = (script, env) => {
    const child = spawn(process.execPath, [script], { cwd: folder, env: { PATH: process.env.PATH, PORT: "0", ...env }, stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill());
    return child;
  };
  for (const [script, env, count] of [["server.mjs", { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN }, 60], ["demo.mjs", {}, 261]]) {
    const [printed] = await once(start(script, env).stdout.setEncoding("utf8"), "data");
    const url = printed.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
    assert.match(await (await fetch(url)).text(), /<title>People/);
    const { users } = await (await fetch(`${url}/api/identity/v1/users`, { headers: { origin: url } })).json();
    assert.equal(users.length, count);
  }
  await assert.rejects(node(["server.mjs"], { DOMO_BASE_URL: "", DOMO_INSTANCE: "acme" }), { code: 1, stderr: /DOMO_DEVELOPER_TOKEN/ });
  await assert.rejects(node(["server.mjs"], { DOMO_DEVELOPER_TOKEN: TOKEN, DOMO_INSTANCE: "a/b", DOMO_BASE_URL: "" }), { code: 1, stderr: /instance must be the name/ });
});

test("every example is tested here and listed in the README", () => {
  const names = readdirSync(join(root, "js-examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const here = readFileSync(import.meta.filename, "utf8");
  const listed = readFileSync(join(root, "js-examples", "README.md"), "utf8");
  for (const name of names) assert.ok(here.includes(`test("${name}"`) && listed.includes(`\`${name}\``), name);
});
