// What a command loads, and how much memory it needs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { COMMAND, run, scratch } from "../support/cli.mjs";

/** Runs the command and returns the files of the package that it loaded. */
async function loaded(t, args) {
  const cwd = scratch(t);
  const { code, stderr } = await run(args, { cwd, env: { NODE_V8_COVERAGE: cwd } });
  assert.equal(code, 0, stderr);
  const [file] = readdirSync(cwd);
  return JSON.parse(readFileSync(join(cwd, file), "utf8")).result.map(({ url }) => url).filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
}

const isHeavy = (file) => !/^(domo-users\.mjs|(chunk|start)-\w+\.mjs)$/.test(basename(file));

test("--help, --version and completion load only the definitions of the commands: no module, no undici, no library for tables", async (t) => {
  for (const args of [["--help"], ["--version"], ["plan", "--help"], ["complete", "=ex"]]) {
    const files = await loaded(t, args);
    assert.ok(files.some((file) => basename(file).startsWith("start-")));
    assert.deepEqual(files.filter(isHeavy), [], args.join(" "));
    assert.ok(files.reduce((size, file) => size + statSync(file).size, 0) < 150_000, "characters of code");
  }
});

test("memory does not grow with the number of exported users: 200,000 in less than 150 MB", async (t) => {
  const mock = spawn(process.execPath, [COMMAND, "mock", "--users", "200000"], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => mock.kill());
  const [address] = await once(mock.stdout.setEncoding("utf8"), "data");
  const cwd = scratch(t);
  const printMemory = 'data:text/javascript,process.on("exit",()=>console.error("maxRSS",process.resourceUsage().maxRSS))';
  const { code, stderr } = await run(["export", "-o", "people.csv"], { cwd, env: { DOMO_BASE_URL: address.trim(), DOMO_TOKEN: "mock-token" }, nodeArgs: ["--import", printMemory] });
  assert.equal(code, 0, stderr);
  assert.ok(statSync(join(cwd, "people.csv")).size > 20_000_000);
  const [, kilobytes] = /maxRSS (\d+)/.exec(stderr);
  assert.ok(kilobytes < 150_000, `${kilobytes} kB`);
});

test("every library in the command line is named in LICENSES.txt with the text of its licence", () => {
  const text = readFileSync(join(COMMAND, "..", "LICENSES.txt"), "utf8");
  const libraries = text.split(`\n${"-".repeat(80)}\n`);
  assert.ok(libraries.length >= 4);
  for (const library of libraries) assert.match(library, /Permission is hereby granted|Redistribution and use|Apache License|Permission to use, copy/i);
});
