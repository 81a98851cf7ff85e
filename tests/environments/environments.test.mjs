// The package and its mock in common test environments: Jest in CommonJS, Vitest; Node, jsdom, happy-dom.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";

const { resolve } = createRequire(import.meta.url);
const { SCENARIOS } = createRequire(import.meta.url)("./scenario.cjs");
const root = fileURLToPath(new URL("../../", import.meta.url));
/** The projects are written here, so that they find the installed package. */
const projects = join(folder, "environments");
rmSync(projects, { recursive: true, force: true });

function project(name, files) {
  const path = join(projects, name);
  mkdirSync(path, { recursive: true });
  copyFileSync(fileURLToPath(new URL("scenario.cjs", import.meta.url)), join(path, "scenario.cjs"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** Runs a test runner that reports as Jest does, and checks that each scenario ran and passed. */
function passes(program, args, cwd) {
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" }, timeout: 120_000 });
  const start = stdout.indexOf("{");
  assert.ok(start >= 0, `${stdout}\n${stderr}`);
  const { testResults } = JSON.parse(stdout.slice(start));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status !== "passed").map(({ title, failureMessages }) => `${title}: ${failureMessages}`);
  assert.deepEqual(failed, [], testResults.map(({ message }) => message).join("\n"));
  assert.deepEqual(tests.map(({ title }) => title), Object.keys(SCENARIOS), testResults.map(({ message }) => message).join("\n"));
}

const JEST_TEST = `
const domoUsers = require("domo-users");
const { mockDomo } = require("domo-users/mock");
const { SCENARIOS, run } = require("./scenario.cjs");
for (const name of Object.keys(SCENARIOS)) test(name, () => run(name, domoUsers, mockDomo, { http: require("node:http"), spyOn: jest.spyOn }));
`;
for (const environment of ["node", "jsdom"]) {
  test(`Jest in CommonJS, environment ${environment}`, () => {
    const config = { testEnvironment: resolve(`jest-environment-${environment}`), transform: {}, testMatch: ["**/*.test.js"], cache: false };
    const path = project(`jest-${environment}`, { "package.json": "{}", "jest.config.json": JSON.stringify(config), "mock.test.js": JEST_TEST });
    passes(join(root, "node_modules", "jest", "bin", "jest.js"), ["--runInBand", "--json", "--silent"], path);
  });
}

const VITEST_TEST = `
import * as http from "node:http";
import { test, vi } from "vitest";
import * as domoUsers from "domo-users";
import { mockDomo } from "domo-users/mock";
import { SCENARIOS, run } from "./scenario.cjs";
for (const name of Object.keys(SCENARIOS)) test(name, () => run(name, domoUsers, mockDomo, { http, spyOn: vi.spyOn }));
`;
for (const environment of ["happy-dom", "jsdom"]) {
  test(`Vitest, environment ${environment}`, () => {
    const path = project(`vitest-${environment}`, { "package.json": '{"type":"module"}', "mock.test.js": VITEST_TEST });
    passes(join(root, "node_modules", "vitest", "vitest.mjs"), ["run", "--root", path, "--environment", environment, "--reporter", "json"], root);
  });
}
