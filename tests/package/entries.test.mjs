// The entry points: import, require, the inlined module for bundlers and browsers, the .wasm file for workerd.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { domoUsers, folder, mockDomo, require } from "../support/installed.mjs";

const pkg = `${folder}node_modules/domo-users/`;
const manifest = JSON.parse(readFileSync(`${pkg}package.json`, "utf8"));
const NAMES = [
  "DomoError", "applyChanges", "connect", "createUser", "deleteUser", "exportUsersCsv", "findUserByEmail", "formatPlan", "getAllUsers", "getUserById", "isDomoError",
  "listRoles", "planUsers", "rejectedRows", "request", "searchUsers", "streamUsers", "undoPlan", "updateUser", "userAttributes", "usersToCsv",
];

test("import and require return the same functions and share one instance of the module", () => {
  const required = require("domo-users");
  for (const name of NAMES) assert.equal(required[name], domoUsers[name], name);
  const config = { instance: "acme", developerToken: "t", fetch: mockDomo().fetch };
  const domo = required.connect(config);
  assert.equal(domoUsers.connect(domo), domo);
});

test("every entry exports the same names", async () => {
  for (const file of ["index.js", "node.js"]) {
    assert.deepEqual(Object.keys(await import(pathToFileURL(pkg + file))).sort(), NAMES, file);
  }
  assert.match(readFileSync(`${pkg}workerd.js`, "utf8"), /import \w+ from\s*"\.\/domo-users\.wasm"/);
  assert.deepEqual(Object.keys(require("domo-users/mock")), ["mockDomo"]);
  assert.deepEqual(Object.keys(require("domo-users/codeengine/directory")), ["planUsers", "applyChanges", "findUserByEmail"]);
  assert.equal(require("domo-users/package.json").version, manifest.version);
});

test("importing does not start the module; the first call does", () => {
  const script = `
    let compiled = 0;
    const { Module } = WebAssembly;
    WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); compiled++; } };
    const { userAttributes } = await import("domo-users");
    const before = compiled;
    userAttributes({ id: 7 });
    userAttributes({ id: 7 });
    console.log(before, compiled);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" });
  assert.equal(stdout.trim(), "0 1");
});

test("a main thread that may not compile synchronously compiles in the background", () => {
  const script = `
    WebAssembly.Module = function () { throw new RangeError("disallowed on the main thread"); };
    const { getAllUsers } = await import("domo-users");
    const { mockDomo } = await import("domo-users/mock");
    const mock = mockDomo({ users: 3 });
    const config = { instance: "acme", developerToken: "t", fetch: mock.fetch };
    const both = await Promise.all([getAllUsers(config), getAllUsers(config)]);
    console.log(both.map((users) => users.length).join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" });
  assert.equal(stdout.trim(), "3,3", stderr);
});

test("without WebAssembly, an error says so", () => {
  const script = `
    delete globalThis.WebAssembly;
    const { getAllUsers, connect } = require("domo-users");
    getAllUsers({}).catch((error) => console.log(error.name, error.code, /no WebAssembly/.test(error.message)));
    try { connect({}) } catch (error) { console.log(error.code); }`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
  assert.deepEqual(stdout.trim().split("\n").sort(), ["DomoError INTERNAL true", "INTERNAL"]);
});

test("a script ends when its work ends", () => {
  const script = `
    import { getAllUsers } from "domo-users";
    import { mockDomo } from "domo-users/mock";
    const mock = mockDomo({ users: 3 });
    console.log((await getAllUsers({ instance: "acme", developerToken: "t", fetch: mock.fetch, timeoutMs: 600000 })).length);`;
  const { stdout, status, signal } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8", timeout: 20_000 });
  assert.deepEqual([stdout.trim(), status, signal], ["3", 0, null]);
});

test("the tarball contains the expected files and has no dependencies", () => {
  assert.equal(manifest.dependencies, undefined);
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "docs/getting-started.md", "index.d.ts", "index.d.cts", "codeengine/domo-users.js", "codeengine/domo-users-directory.js"]) {
    assert.ok(existsSync(pkg + file), file);
  }
  for (const [key, conditions] of Object.entries(manifest.exports)) {
    const paths = JSON.stringify(conditions).match(/"\.\/[^"]+"/g).map((path) => JSON.parse(path));
    for (const path of paths) assert.ok(existsSync(pkg + path), `${key}: ${path}`);
  }
});

const shippedFiles = () =>
  readdirSync(pkg, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`); // Node 20.0 has only `path`

test("no shipped file contains a path of the machine that built it", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const paths = [homedir(), "/.cargo", "/.rustup", "rustlib/src"].map((path) => `${path}/`).concat(root);
  const texts = shippedFiles().map((file) => [file, readFileSync(file, "latin1")]);
  texts.push(["the inlined module", Buffer.from(require(`${pkg}inlined.cjs`).source()).toString("latin1")]);
  for (const [file, text] of texts) for (const path of paths) assert.ok(!text.includes(path), `${file} holds ${path}`);
});
