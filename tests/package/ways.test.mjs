// TypeScript, compiled to ES modules and to CommonJS, with the installed package.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";

const scenario = fileURLToPath(new URL("./ways/scenario.ts", import.meta.url));
const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
const codes = [...readFileSync(scenario, "utf8").matchAll(/^ {4}([A-Z_]+):/gm)].map(([, code]) => code);

for (const type of ["module", "commonjs"]) {
  test(`each endpoint and each error code from TypeScript as ${type}`, () => {
    const project = join(folder, `ways-${type}`);
    rmSync(project, { recursive: true, force: true });
    mkdirSync(project, { recursive: true });
    cpSync(scenario, join(project, "scenario.ts"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ type }));
    const compilerOptions = { target: "es2022", module: "nodenext", lib: ["es2023", "dom"], strict: true, types: [] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["scenario.ts"] }));
    const compiled = spawnSync(tsc, [], { cwd: project, encoding: "utf8" });
    assert.equal(compiled.stdout, "");
    assert.match(readFileSync(join(project, "scenario.js"), "utf8"), type === "module" ? /^import /m : /require\("domo-users"\)/);
    const { stdout, stderr } = spawnSync(process.execPath, ["scenario.js"], { cwd: project, encoding: "utf8" });
    const seen = JSON.parse(stdout || `"${stderr}"`);
    const expected = { createUser: "Jane", getUserById: "jane@example.com", getAllUsers: 11, updateUser: 2, userAttributes: "Chief", request: true };
    for (const code of codes) expected[code] = code;
    assert.ok(codes.length >= 14);
    assert.deepEqual(seen, expected);
  });
}
