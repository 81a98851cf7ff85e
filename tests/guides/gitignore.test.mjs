// The lines that the guide on security adds to .gitignore.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { shippedGuides } from "./shipped.mjs";

const TIME = "20261130-021344";
/** Files with a token or with personal data, as the command and the guides name them. */
const SECRET = [
  ".env", "token.txt", "token-of-acme-test.txt", "people.csv", "hr.xlsx", "people.csv.rejected.csv", "people.xlsx.rejected.csv",
  ...["json", "journal", "result.json", "undo.json", "undo.journal", "undo.result.json", "lock"].flatMap((end) => [
    `plan.${end}`, `plan.${TIME}.${end}`, `people.csv.${TIME}.plan.${end}`, `stdin.${TIME}.plan.${end}`, `domo-users-delete-${TIME}.plan.${end}`,
    `domo-users-offboard-${TIME}.plan.${end}`,
  ]),
  "run-1796000000000.json", "offboarding-1796000000000.json",
];
const OTHERS = ["package.json", "sync.mjs", "month-end.sh", "README.md", "changes.js", "yarn.lock"];

test("the .gitignore of the guide covers every file with a token or personal data, and keeps the lines that were there", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "domo-users-gitignore-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  writeFileSync(join(folder, ".gitignore"), "node_modules\n");
  const { blocks } = shippedGuides().find(({ name }) => name === "docs/security.md");
  execFileSync("sh", ["-e", "-c", blocks.find(({ code }) => code.includes(".gitignore")).code], { cwd: folder });
  assert.ok(readFileSync(join(folder, ".gitignore"), "utf8").startsWith("node_modules\n"));
  const ignored = spawnSync("git", ["check-ignore", "--no-index", ...SECRET, ...OTHERS], { cwd: folder, encoding: "utf8" }).stdout.trim().split("\n");
  assert.deepEqual(ignored, SECRET);
});
