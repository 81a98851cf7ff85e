// The tab key: in bash, zsh and fish as they are, and the words that the scripts of all shells get.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run, scratch } from "../support/cli.mjs";
import { folder } from "../support/installed.mjs";

const PATH = [join(folder, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(delimiter);
const TERMINAL = fileURLToPath(new URL("../support/terminal.py", import.meta.url));
const missing = (shell) => spawnSync(shell, ["--version"]).error !== undefined && `${shell} is not installed`;
const words = (stdout) => stdout.split("\n").slice(0, -1).map((line) => line.split("\t")[0]);
const completed = async (current, ...earlier) => words((await run(["complete", `=${current}`, ...earlier])).stdout);

/** A folder with files, and the script of a shell. */
async function prepared(t, shell) {
  const cwd = scratch(t);
  writeFileSync(join(cwd, "people.csv"), "");
  mkdirSync(join(cwd, "plans"));
  const { code, stdout } = await run(["completion", shell]);
  assert.equal(code, 0);
  const script = join(cwd, "script");
  writeFileSync(script, stdout);
  return { cwd, script };
}

test("commands, options, and the choices of options and arguments are completed", async () => {
  assert.deepEqual(await completed("p"), ["plan"]);
  assert.ok((await completed("")).includes("doctor"));
  assert.deepEqual(await completed("--da", "export"), ["--dates"]);
  assert.deepEqual(await completed("--inst", "export"), ["--instance"]);
  assert.deepEqual(await completed("", "export", "--dates"), ["milliseconds", "iso"]);
  assert.deepEqual(await completed("--dates=i", "export"), ["--dates=iso"]);
  assert.deepEqual(await completed("", "export", "--columns"), []);
  assert.deepEqual(await completed("z", "completion"), ["zsh"]);
  assert.deepEqual(await completed("ex", "--instance", "acme"), ["export"]);
  assert.deepEqual(await completed("--token", "list"), ["--token-stdin"], "options that are refused are not offered");
  assert.deepEqual(await completed("--", "list", "--"), []);
});

test("names of files are completed for files alone", async () => {
  for (const earlier of [["plan"], ["apply"], ["undo"], ["export", "-o"], ["list", "--output"], ["create", "--data"], ["plan", "--map", "A=b"]]) assert.deepEqual(await completed("", ...earlier), [":files"], earlier.join(" "));
  for (const earlier of [["get"], ["list"], ["plan", "people.csv"], ["search"]]) assert.deepEqual(await completed("", ...earlier), []);
});

test("bash completes", { skip: missing("bash") }, async (t) => {
  const { cwd, script } = await prepared(t, "bash");
  const complete = (...line) => {
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _domo_users; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "--noprofile", "-c", program, "bash", script, "domo-users", ...line], { cwd, env: { ...process.env, PATH }, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n").filter(Boolean);
  };
  assert.deepEqual(complete("ex"), ["export"]);
  assert.deepEqual(complete("export", "--dates", ""), ["milliseconds", "iso"]);
  assert.deepEqual(complete("export", "--dates", "=", "i"), ["iso"]);
  assert.deepEqual(complete("export", "--dates", "="), ["milliseconds", "iso"]);
  assert.deepEqual(complete("plan", "p"), []);
  assert.deepEqual(complete("get", "$(touch evil)", "`touch evil`", ""), []);
  assert.equal(spawnSync("ls", { cwd, encoding: "utf8" }).stdout.includes("evil"), false, "what was typed is never run");
});

/** Types into a shell in a terminal until something is on the screen. Resolves with the screen. */
function typed(command, { cwd, setup, keys, until }) {
  const child = spawn("python3", [TERMINAL, "120", "both", ...command], { cwd, env: { PATH, HOME: cwd, TERM: "dumb", PS1: "$ ", LANG: "C.UTF-8" } });
  let screen = "";
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => end(() => reject(new Error(`the screen never had ${until}:\n${screen}`))), 30_000);
    const end = (settle) => {
      clearTimeout(limit);
      child.kill();
      settle();
    };
    let isReady = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      screen += text;
      if (!isReady && /^is ready/m.test(screen)) {
        isReady = true;
        screen = "";
        child.stdin.write(keys);
      } else if (isReady && until.test(screen)) end(() => resolve(screen));
    });
    child.on("error", reject);
    child.stdin.on("error", () => {});
    child.stdin.write(`${setup}; echo is ready\n`);
  });
}

for (const [shell, command, setup] of [
  ["bash", ["bash", "--norc", "--noprofile", "-i"], "source ./script"],
  ["zsh", ["zsh", "-f", "-i"], "autoload -Uz compinit; compinit -u; source ./script"],
]) {
  test(`${shell} completes commands and names of files at the tab key`, { skip: missing(shell) }, async (t) => {
    const { cwd } = await prepared(t, shell);
    await typed(command, { cwd, setup, keys: "domo-users expo\t", until: /domo-users export / });
    await typed(command, { cwd, setup, keys: "domo-users plan peo\t", until: /domo-users plan people\.csv / });
    await typed(command, { cwd, setup, keys: "domo-users export --dates=i\t", until: /--dates=iso/ });
  });
}

test("fish completes", { skip: missing("fish") }, async (t) => {
  const { cwd, script } = await prepared(t, "fish");
  const complete = (line) => {
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", `source ${script}; complete -C '${line}'`], { cwd, env: { ...process.env, HOME: cwd, PATH }, encoding: "utf8" });
    assert.equal(stderr, "");
    return words(stdout);
  };
  assert.deepEqual(complete("domo-users ex"), ["export"]);
  assert.deepEqual(complete("domo-users export --dates "), ["iso", "milliseconds"]);
  assert.deepEqual(complete("domo-users export --dates=i"), ["--dates=iso"]);
  assert.deepEqual(complete("domo-users plan peo"), ["people.csv"]);
  assert.deepEqual(complete("domo-users get "), []);
});

test("PowerShell accepts the script and completes", { skip: missing("pwsh") }, async (t) => {
  const { cwd, script } = await prepared(t, "pwsh");
  const program = `. ([scriptblock]::Create((Get-Content -Raw '${script}'))); (TabExpansion2 'domo-users ex' 13).CompletionMatches.CompletionText`;
  const { stdout } = spawnSync("pwsh", ["-NoProfile", "-Command", program], { cwd, env: { ...process.env, PATH }, encoding: "utf8" });
  assert.equal(stdout.trim(), "export");
});

test("an unknown shell is an error that lists the shells", async () => {
  const { code, stderr } = await run(["completion", "csh"]);
  assert.equal(code, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish, pwsh/);
});
