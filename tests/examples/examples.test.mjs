// Each example as its own project, with the tarball installed, against the mock over HTTP.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
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

/** Installs an example and answers a function that runs node in it. */
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
  return { mock, folder, node };
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
});

test("aws-lambda", async (t) => {
  const { mock, node } = await example(t, "aws-lambda");
  const [id] = mock.users.keys();
  assert.match((await node(["invoke.mjs", JSON.stringify({ userId: id, roleId: 3 })])).stdout, /statusCode: 200/);
  assert.equal(mock.users.get(id).roleId, 3);
  assert.match((await node(["invoke.mjs", '{"userId": 5, "roleId": 3}'])).stdout, /statusCode: 404/);
  assert.match((await node(["invoke.mjs", "{"])).stdout, /statusCode: 400/);
});

test("every example is tested here and listed in the README", () => {
  const names = readdirSync(join(root, "js-examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const here = readFileSync(import.meta.filename, "utf8");
  const listed = readFileSync(join(root, "js-examples", "README.md"), "utf8");
  for (const name of names) assert.ok(here.includes(`test("${name}"`) && listed.includes(`\`${name}\``), name);
});
