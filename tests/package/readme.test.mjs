// The examples of the README, unchanged, with the mock instance instead of the host's fetch.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../support/installed.mjs";

const readme = readFileSync(join(folder, "node_modules", "domo-users", "README.md"), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
// What each example prints, in the order of the README: first call, synchronisation, own headers, journal, own changes, error, mock.
const expected = [
  /1001 users, \d+ of them admins/,
  /create +│ 1 [^]*title +│ 1 [^]*1 done; the file has \d{5} characters/,
  /^2 changes/,
  /^1 done, 0 failed, 0 skipped/,
  /^4 done, 0 failed/,
  /NOT_FOUND 404 TOE-/,
  /^1000 \[/,
];

test("every relative link of the README exists in the installed package", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link).filter((link) => !link.startsWith("https://"));
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(existsSync(join(folder, "node_modules", "domo-users", link)), link);
});

test("every example of the README runs", () => {
  assert.equal(examples.length, expected.length);
  writeFileSync(join(folder, "mocked.mjs"), 'import { mockDomo } from "domo-users/mock";\nglobalThis.fetch = mockDomo().fetch;\n');
  examples.forEach((code, index) => {
    const file = join(folder, `readme-${index}.mjs`);
    writeFileSync(file, code);
    const env = { ...process.env, DOMO_TOKEN: "token", NO_COLOR: "1" };
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "./mocked.mjs", file], { cwd: folder, env, encoding: "utf8" });
    assert.match(stdout, expected[index], stderr);
  });
});
