// The examples of the README: each compiles under TypeScript's strict rules, and runs as pasted, in a fresh folder. The mock replaces the host's fetch.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";

const readme = readFileSync(join(folder, "node_modules", "domo-users", "README.md"), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
// What each example prints, in the order of the README: first call, from the environment, CommonJS, synchronisation, own headers, undo, journal, own changes,
// export, error, mock.
const expected = [
  /^1001 users, \d+ of them admins\n$/,
  /^\d+ admins: .+/,
  /^अर्जुन Doe\n$/,
  /^1 change: 1 create; 0 users unchanged\nInstance: acme\.domo\.com\n\nCreate \(1\)\n\+ Jane Doe <jane\.doe@example\.com>, row 2\n {4}role: Participant \(4\)\n {4}title: Analyst\n\n?1 done, 0 failed\n$/,
  /^2 changes/,
  /^1 change: 1 delete; [^]*\n1 undone\n$/,
  /^1 done, 0 failed, 0 skipped/,
  /^3 done, 0 failed/,
  /^displayName,emailAddress\r\n[^]+@/,
  /NOT_FOUND 404 TOE-/,
  /^1000 \[/,
];
const isCommonJs = (code) => code.includes("require(");
const extension = (code) => (isCommonJs(code) ? "cjs" : "mjs");

/** A folder in which the package is found, and nothing else is. */
function freshFolder(name) {
  const path = join(folder, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

test("every relative link of the README exists in the installed package", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link).filter((link) => !link.startsWith("https://"));
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(existsSync(join(folder, "node_modules", "domo-users", link)), link);
});

test("every example of the README runs as pasted", () => {
  assert.equal(examples.length, expected.length);
  examples.forEach((code, index) => {
    const path = freshFolder(`readme-${index}`);
    const file = `example.${extension(code)}`;
    writeFileSync(join(path, file), code);
    writeFileSync(join(path, "mocked.mjs"), 'import { mockDomo } from "domo-users/mock";\nglobalThis.fetch = mockDomo().fetch;\n');
    const env = { PATH: process.env.PATH, DOMO_INSTANCE: "acme", DOMO_DEVELOPER_TOKEN: "token", DOMO_TOKEN: "token", NO_COLOR: "1" };
    // The first example brings its own mock, and needs no environment.
    const first = index === 0;
    const args = first ? [file] : ["--import", "./mocked.mjs", file];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: path, env: first ? { PATH: env.PATH } : env, encoding: "utf8" });
    assert.match(stdout, expected[index], `${index}: ${stderr}`);
  });
  assert.ok(examples.some(isCommonJs));
});

test("every example of the README compiles under strict", () => {
  const path = freshFolder("readme-types");
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  const types = fileURLToPath(new URL("../../node_modules/@types", import.meta.url));
  const files = examples.map((code, index) => `example-${index}.${extension(code).replace("js", "ts")}`);
  // In CommonJS, TypeScript writes `import x = require()`; the rest of the example is the same.
  const typed = (code) => code.replace(/^const (\{[^}]*\}) = require\((.*)\);$/gm, "import $1 from $2;");
  examples.forEach((code, index) => writeFileSync(join(path, files[index]), typed(code)));
  const compilerOptions = {
    target: "es2022", module: "nodenext", lib: ["es2023", "dom", "dom.asynciterable"], strict: true, noEmit: true, skipLibCheck: true, typeRoots: [types], types: ["node"],
  };
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const { stdout, status } = spawnSync(tsc, ["--project", path], { cwd: path, encoding: "utf8" });
  assert.deepEqual([status, stdout], [0, ""]);
});
