// The guide of the command line names every command, and every option of every command.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exampleUsers } from "../../pkg-template/cli/example.js";
import { folder } from "../support/installed.mjs";
import { shippedGuides } from "./shipped.mjs";

const shipped = join(folder, "node_modules", "domo-users");
const help = (...args) => execFileSync(process.execPath, [join(shipped, "cli", "domo-users.mjs"), ...args, "--help"], { encoding: "utf8" });

test("the guide of the command line names every command and every option", () => {
  const guide = readFileSync(join(shipped, "docs", "command-line.md"), "utf8");
  const commands = [...help().matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(([, name]) => name).filter((name) => name !== "help");
  assert.ok(commands.length >= 16, commands.join(" "));
  const missing = commands.filter((name) => !guide.includes(`\`${name}\``));
  for (const command of commands) {
    const options = [...help(command).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
    missing.push(...options.filter((option) => !new RegExp(`${option}\\b(?!-)`).test(guide)).map((option) => `${command} ${option}`));
  }
  assert.deepEqual([...new Set(missing)], []);
});

test("a guide that shows the people of the example instance says at its start how to start it", () => {
  const [, ...names] = exampleUsers().map(({ displayName }) => displayName);
  const shows = shippedGuides().filter(({ name, markdown }) => name.startsWith("docs/") && names.filter((each) => markdown.includes(each)).length > 1);
  assert.ok(shows.length >= 4, shows.map(({ name }) => name).join(" "));
  for (const { name, markdown } of shows) assert.ok(markdown.split("\n## ")[0].includes("`domo-users mock --example`"), name);
});
