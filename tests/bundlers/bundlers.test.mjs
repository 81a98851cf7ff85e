// Builds programs that use the package with common bundlers, and runs them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import vm from "node:vm";
import commonjs from "@rollup/plugin-commonjs";
import nodeResolve from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build, createLogger } from "vite";
import { folder } from "../support/installed.mjs";

const pkg = join(folder, "node_modules", "domo-users");
/** Programs are written here, so that they find the installed package. */
const sources = join(folder, "bundlers");
/** Built programs run here, where no package can be resolved. */
const outside = mkdtempSync(join(tmpdir(), "domo-users-bundlers-"));
after(() => rmSync(outside, { recursive: true }));

function source(name, text) {
  mkdirSync(sources, { recursive: true });
  writeFileSync(join(sources, name), text);
  return join(sources, name);
}

/** Runs a built program and returns what it prints. */
function run(file) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { cwd: outside, encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

// Calls that use the module, its glue and its messages.
const PROGRAM = `
async function main() {
  const mock = mockDomo({ users: 3 });
  const domo = connect({ instance: "acme", developerToken: "token", fetch: mock.fetch });
  const users = await domo.getAllUsers({ parts: "DETAILED" });
  const plan = await domo.planUsers("email,displayName,roleId\\nann@example.com,Ann,4\\n");
  const { code, message } = await domo.getUserById("x").catch((error) => error);
  console.log(JSON.stringify([users.length, plan.changes.map(({ action }) => action), code, message]));
}
main();
`;
const EXPECTED = JSON.stringify([3, ["create"], "INVALID_INPUT", await messageOf("x")]);

/** The output with the installed package itself, which no bundler may change. */
async function messageOf(id) {
  const { connect } = await import(`${pkg}/node.js`);
  const domo = connect({ instance: "acme", developerToken: "token", fetch: () => {} });
  return (await domo.getUserById(id).catch((error) => error)).message;
}
const REQUIRES = 'const { connect } = require("domo-users");\nconst { mockDomo } = require("domo-users/mock");\n';
const IMPORTS = 'import { connect } from "domo-users";\nimport { mockDomo } from "domo-users/mock";\n';

test("no shipped program has a line that ends in a backslash", () => {
  const texts = readdirSync(pkg, { recursive: true }).filter((name) => /\.([cm]?js|ts|cts|json)$/.test(name));
  assert.ok(texts.length > 10);
  for (const name of texts) {
    const line = readFileSync(join(pkg, name), "utf8").split(/\r?\n/).findIndex((line) => line.endsWith("\\"));
    assert.equal(line, -1, `${name}:${line + 1}`);
  }
});

for (const format of ["cjs", "es"]) {
  test(`Rollup's CommonJS plugin, a program that requires the package, as ${format}`, async () => {
    const input = source("program.cjs", REQUIRES + PROGRAM);
    const bundle = await rollup({ input, plugins: [nodeResolve({ exportConditions: ["node"], preferBuiltins: true }), commonjs({ ignoreDynamicRequires: true })] });
    const file = join(outside, format === "cjs" ? "rollup.cjs" : "rollup.mjs");
    await bundle.write({ file, format, inlineDynamicImports: true });
    await bundle.close();
    assert.doesNotMatch(readFileSync(file, "utf8"), /["']domo-users["']/);
    assert.equal(run(file), EXPECTED);
  });
}

test("Vite's SSR build without external packages", async () => {
  const entry = source("server.mjs", IMPORTS + PROGRAM);
  await build({
    root: sources,
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: { ssr: entry, outDir: join(outside, "vite"), emptyOutDir: true },
  });
  const [name] = readdirSync(join(outside, "vite")).filter((name) => /\.m?js$/.test(name));
  const file = join(outside, "vite", name);
  writeFileSync(join(outside, "vite", "package.json"), '{"type":"module"}');
  assert.doesNotMatch(readFileSync(file, "utf8"), /from\s*["']domo-users["']/);
  assert.equal(run(file), EXPECTED);
});

// ---- browsers: the mock must not need anything of Node's

const BROWSER_PROGRAM = PROGRAM.replace("console.log(JSON.stringify(", "globalThis.report((").replace("message])", "message, await mockDomo().listen().catch((error) => error.message)])");
const NO_HTTP = /^mock\.listen\(\) needs Node/;

/** Runs a classic script with only the globals of a page; resolves with what the program reports. */
function runAsPage(script) {
  return new Promise((resolve, reject) => {
    const page = { URL, URLSearchParams, AbortController, Headers, Request, Response, ReadableStream, TextEncoder, TextDecoder, setTimeout, clearTimeout, structuredClone };
    const context = vm.createContext({ ...page, report: (given) => resolve(JSON.parse(JSON.stringify(given))) });
    vm.runInContext("delete globalThis.process; delete globalThis.require", context);
    Promise.resolve(new vm.Script(script).runInContext(context)).catch(reject);
  });
}

function isRight(reported, bundled) {
  assert.doesNotMatch(bundled, /(import|require)\s*\(?\s*["']node:/);
  assert.equal(JSON.stringify(reported.slice(0, 4)), EXPECTED);
  assert.match(reported[4], NO_HTTP);
}

for (const [kind, program] of [["imports", IMPORTS + BROWSER_PROGRAM], ["requires", REQUIRES + BROWSER_PROGRAM]]) {
  test(`esbuild for browsers, a program that ${kind} the package and its mock`, async () => {
    const entry = source(`page-${kind}.${kind === "imports" ? "mjs" : "cjs"}`, program);
    const { outputFiles, warnings } = await esbuild({ entryPoints: [entry], bundle: true, write: false, format: "iife", platform: "browser", logLevel: "silent" });
    assert.deepEqual(warnings, []);
    isRight(await runAsPage(outputFiles[0].text), outputFiles[0].text);
  });
}

test("Vite for browsers, a program with the mock", async () => {
  const entry = source("page-vite.mjs", IMPORTS + BROWSER_PROGRAM);
  const warnings = [];
  const logger = { ...createLogger("silent"), warn: (text) => warnings.push(text), warnOnce: (text) => warnings.push(text), error: (text) => warnings.push(text) };
  const { output } = await build({
    root: sources,
    configFile: false,
    customLogger: logger,
    build: { write: false, modulePreload: false, rollupOptions: { input: entry, output: { format: "iife" } } },
  });
  assert.deepEqual(warnings, []);
  isRight(await runAsPage(output[0].code), output[0].code);
});
