// A reader of a guide: has a folder and an environment, saves files, starts programs, types commands in a terminal. The instances that guides name are mocks.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { exampleUsers, OWNER } from "../../pkg-template/cli/example.js";
import { folder, mockDomo, require } from "../support/installed.mjs";
import { isCommonJs } from "./blocks.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const TERMINAL = join(root, "tests", "support", "terminal.py");
const COLUMNS = "100";
const LIMIT_MS = 60_000;
/** The port of `domo-users mock` in the guides; the tests use a free one. */
const PORT = "4010";
/** Guides in which the reader has not yet said which instance is meant. */
const WITHOUT_INSTANCE = ["README.md", "getting-started.md", "testing-with-the-mock.md"];
const INSTANCES = ["acme", "acme-test", "acme-emea"];

/** Starts each script in the folder, and with the variables, that the one before ended with. `npm install domo-users` installs the tarball. */
const PREAMBLE = `npm() { command npm "\${@/#domo-users/$TARBALL}"; }
finish() { local code=$?; pwd > "$HOME/cwd"; export -p > "$HOME/env"; exit $code; }
[ -f "$HOME/env" ] && unset DOMO_INSTANCE DOMO_DEVELOPER_TOKEN && . "$HOME/env"
[ -f "$HOME/cwd" ] && cd "$(cat "$HOME/cwd")"
trap finish EXIT
`;

/** Returns a port that no program uses. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });

/** Returns the users of an instance. The one for tests has fewer. */
const usersOf = (instance) => (instance === "acme-test" ? exampleUsers().slice(0, 7) : exampleUsers());

/** Serves a mock for each instance; returns their addresses by host. */
async function serveInstances(t) {
  const hosts = {};
  for (const instance of INSTANCES) {
    const { baseUrl, close } = await mockDomo({ users: usersOf(instance), owner: OWNER }).listen();
    t.after(close);
    hosts[`${instance}.domo.com`] = baseUrl;
  }
  return hosts;
}

/** Ends a program, and those that it has started. */
function end({ pid, exitCode, signalCode }) {
  if (exitCode === null && signalCode === null) process.kill(-pid);
}

/** Resolves with `{status, stdout, stderr}` when a program ends. One that waits forever is ended. */
function ended(child) {
  const limit = setTimeout(() => end(child), LIMIT_MS);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      clearTimeout(limit);
      resolve({ status: status ?? signal, ...output });
    });
  });
}

/** Returns a reader for a guide: a new folder, and what the reader can do. */
export async function newReader(t, guide) {
  const cwd = join(folder, "guides", basename(guide, ".md"));
  const home = join(cwd, ".home");
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(join(cwd, "package.json"), "{}"); // npm would install into a folder above
  const { version } = require("domo-users/package.json");
  const env = {
    HOME: home, TERM: "xterm", NO_COLOR: "1", npm_config_prefix: home, npm_config_progress: "false",
    PATH: [join(home, "bin"), join(folder, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(":"),
    NODE_OPTIONS: `--import ${pathToFileURL(join(root, "tests", "guides", "instance.mjs"))}`,
    GUIDE_HOSTS: JSON.stringify(await serveInstances(t)),
    TARBALL: join(root, "target", `domo-users-${version}.tgz`),
    ...(!WITHOUT_INSTANCE.includes(basename(guide)) && { DOMO_INSTANCE: "acme", DOMO_DEVELOPER_TOKEN: "example-token" }),
  };
  const port = await freePort();
  const withPort = (text) => text.replaceAll(new RegExp(`\\b${PORT}\\b`, "g"), port);
  const bash = (code, setting = "") => ["bash", "-c", `${PREAMBLE}${setting}\n${withPort(code)}`];

  /** The folder that the reader has changed to. */
  const path = (file) => join(existsSync(join(home, "cwd")) ? readFileSync(join(home, "cwd"), "utf8").trim() : cwd, file);
  function save(file, code) {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), withPort(code));
  }

  /** Runs commands; all must succeed. */
  function runScript(code) {
    const [program, ...args] = bash(code, "set -e");
    const child = spawn(program, args, { cwd, env, detached: true });
    child.stdin.end();
    return ended(child);
  }

  function runProgram(code, name) {
    const file = `${name}.${isCommonJs(code) ? "cjs" : "mjs"}`;
    save(file, code);
    return runScript(`node ${file}`);
  }

  /** Types a command in a terminal, and the answers to its questions. A server is left running until the guide ends. */
  async function type(command, answers) {
    const isServer = /^domo-users mock\b/.test(command);
    const child = spawn("python3", [TERMINAL, COLUMNS, "both", ...bash(command)], { cwd, env, detached: true });
    t.after(() => end(child));
    const left = [...answers];
    let printed = "";
    const serves = new Promise((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text) => {
        printed += text;
        if (left.length > 0 && printed.trimEnd().endsWith(left[0][0])) child.stdin.write(`${left.shift()[1]}\n`);
        if (isServer && printed.includes("Ctrl-C")) resolve({ status: 0, stdout: printed, stderr: "" });
      });
    });
    const { status, stdout, stderr } = await Promise.race([serves, ended(child)]);
    return { status, printed: (stdout + stderr).replaceAll(new RegExp(`\\b${port}\\b`, "g"), PORT) };
  }

  return { save, runScript, runProgram, type };
}
