// Every example of the README and of the guides runs as a reader would run it: the files are saved, the programs started, the commands typed, one after the other in a
// folder of the guide's own. RECORD=1 writes what the commands print into the guides; review the difference.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { folder, mockDomo } from "../support/installed.mjs";
import { commandsOf, isCommonJs, matches, shown } from "./blocks.mjs";
import { people } from "./people.mjs";
import { shippedGuides } from "./shipped.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const record = process.env.RECORD === "1";
const TERMINAL = join(root, "tests", "support", "terminal.py");
const COLUMNS = "100";
const LIMIT_MS = 60_000;
/** The port of `domo-users mock` in the guides; the tests use a free one. */
const PORT = /\b4010\b/g;
/** Guides in which the reader has not yet said which instance is meant. */
const WITHOUT_INSTANCE = ["README.md", "getting-started.md", "testing-with-the-mock.md"];

const guides = shippedGuides(record ? root : undefined);
const only = process.env.GUIDE;

/** Returns a port that no program uses. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

describe("every example of a guide runs, and prints what the guide shows", { concurrency: 2 }, () => {
  for (const guide of guides.filter(({ name }) => !only || name.includes(only))) test(guide.name, (t) => follow(t, guide));
});

test("few blocks are not run, each with a reason", (t) => {
  const places = guides.flatMap(({ name, blocks }) => blocks.map((block) => ({ ...block, place: `${name}, line ${block.line}` })));
  const notRun = places.filter((block) => block.notRun !== undefined);
  for (const { place, notRun: reason } of notRun) t.diagnostic(`not run: ${place}: ${reason}`);
  assert.ok(notRun.length <= 8, `${notRun.length} blocks are not run`);
  assert.ok(places.length - notRun.length > 80, `only ${places.length - notRun.length} blocks were found`);
});

/** Follows a guide from its beginning to its end. */
async function follow(t, { name, blocks }) {
  const source = join(root, name);
  const reader = await newReader(t, name);
  const outputs = new Map();
  if (record) t.after(() => writeFileSync(source, recorded(readFileSync(source, "utf8"), outputs)));
  for (const [index, block] of blocks.entries()) {
    const place = `${name}, line ${block.line}`;
    if (block.notRun !== undefined) continue;
    if (block.file !== undefined) save(reader, block, blocks.slice(index + 1), place);
    else if (block.kind === "js") compareOutput(await runProgram(reader, block, index), block, place, outputs);
    else if (block.kind === "sh") compareOutput(await runScript(reader, block), block, place, outputs);
    else if (block.kind === "console") outputs.set(block, await runConsole(reader, block, place));
    else assert.fail(`${place}: a block of the kind "${block.kind}" is neither a file nor something that runs`);
  }
}

/** Returns a reader: a folder, an environment, mocks of the instances that the guides name. */
async function newReader(t, name) {
  const cwd = join(folder, "guides", basename(name, ".md"));
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(join(cwd, ".home"), { recursive: true });
  writeFileSync(join(cwd, "package.json"), "{}"); // npm would install into a folder above
  const hosts = {};
  for (const instance of ["acme", "acme-test", "acme-emea"]) {
    const { baseUrl, close } = await mockDomo({ users: people(instance), owner: 1001 }).listen();
    t.after(close);
    hosts[`${instance}.domo.com`] = baseUrl;
  }
  const bin = [join(cwd, ".home", "bin"), join(folder, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH].join(":");
  const env = {
    PATH: bin, HOME: join(cwd, ".home"), npm_config_prefix: join(cwd, ".home"), npm_config_progress: "false", TERM: "xterm", NO_COLOR: "1", GUIDE_HOSTS: JSON.stringify(hosts),
    NODE_OPTIONS: `--import ${pathToFileURL(join(root, "tests", "guides", "instance.mjs"))}`, TARBALL: readdirSync(join(root, "target")).filter((file) => file.endsWith(".tgz")).map((file) => join(root, "target", file))[0],
    ...(!WITHOUT_INSTANCE.includes(basename(name)) && { DOMO_INSTANCE: "acme", DOMO_DEVELOPER_TOKEN: "example-token" }),
  };
  return { t, cwd, env, port: String(await freePort()) };
}

/** The folder that the reader has changed to. */
function folderOf({ cwd }) {
  const path = join(cwd, ".home", "cwd");
  return existsSync(path) ? readFileSync(path, "utf8").trim() : cwd;
}

function save(reader, block, later, place) {
  const path = join(folderOf(reader), block.file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block.code.replaceAll(PORT, reader.port));
  if (/^[^/]+\.([mc]?[jt]s|sh)$/.test(block.file)) assert.ok(later.some(({ code }) => code.includes(block.file)), `${place}: nothing starts or imports ${block.file}`);
}

function runProgram(reader, { code }, index) {
  const file = `example-${index}.${isCommonJs(code) ? "cjs" : "mjs"}`;
  writeFileSync(join(folderOf(reader), file), code);
  return runScript(reader, { code: `node ${file}` });
}

/** Starts each script after the other in the folder and with the variables that the one before ended with. */
const PREAMBLE = `npm() { command npm "\${@/#domo-users/$TARBALL}"; }
finish() { local code=$?; pwd > "$HOME/cwd"; export -p > "$HOME/env"; exit $code; }
[ -f "$HOME/env" ] && unset DOMO_INSTANCE DOMO_DEVELOPER_TOKEN && . "$HOME/env"
[ -f "$HOME/cwd" ] && cd "$(cat "$HOME/cwd")"
trap finish EXIT
`;
const script = (reader, code, setting) => [`-c`, `${PREAMBLE}${setting}\n${code.replaceAll(PORT, reader.port)}`];

const runScript = ({ cwd, env, ...reader }, { code }) => run("bash", script(reader, code, "set -e"), { cwd, env });

/** Runs a program to its end. The mocks are served by this process, so it must not wait without serving them. */
function run(program, args, options) {
  const child = spawn(program, args, { ...options, detached: true });
  const limit = setTimeout(() => end(child), LIMIT_MS);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      clearTimeout(limit);
      resolve({ status: status ?? signal, ...output });
    });
  });
}

function compareOutput({ status, stdout, stderr }, block, place, outputs) {
  assert.equal(status, 0, `${place}: exit code ${status}\n${stdout}${stderr}`);
  if (block.output === undefined) return;
  if (matches(stdout, block.output.code)) return;
  if (record) outputs.set(block.output, shown(stdout));
  else assert.fail(`${place}: it printed\n${stdout}\n${stderr}`);
}

/** Ends a program, and those that it has started. */
function end({ pid, exitCode, signalCode }) {
  if (exitCode === null && signalCode === null) process.kill(-pid);
}

/** Types the commands of a block in a terminal. Returns the block as it should stand in the guide. */
async function runConsole(reader, { code }, place) {
  const recording = [];
  for (const { command, expected, answers, code: exitCode } of commandsOf(code)) {
    const isServer = /^domo-users mock\b/.test(command);
    const { printed, status } = await type(reader, command, answers, isServer);
    const output = shown(printed).replaceAll(new RegExp(`\\b${reader.port}\\b`, "g"), "4010");
    if (!isServer) assert.equal(status, exitCode, `${place}: ${command}\n${output}`);
    const isExpected = matches(output, expected.join("\n"));
    if (!record) assert.ok(isExpected, `${place}: $ ${command}\n${output}\n\nThe guide shows:\n${expected.join("\n")}`);
    recording.push(`$ ${command}`, ...(isExpected ? expected : output.split("\n")).filter((line, _, { length }) => line !== "" || length > 1));
    if (exitCode !== 0) recording.push(`# exit code ${exitCode}`);
  }
  return recording.join("\n");
}

/** Types a command, and the answers to its questions. A server is left running until the guide ends. */
function type({ t, cwd, env, ...reader }, command, answers, isServer) {
  const child = spawn("python3", [TERMINAL, COLUMNS, "both", "bash", ...script(reader, command, "")], { cwd, env, detached: true });
  let printed = "";
  const left = [...answers];
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stderr.on("data", (chunk) => (printed += chunk));
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      printed += chunk;
      const [question, answer] = left[0] ?? [];
      if (question !== undefined && printed.trimEnd().endsWith(question)) {
        left.shift();
        child.stdin.write(`${answer}\n`);
      }
      if (isServer && printed.includes("Ctrl-C")) resolve({ printed });
    });
    // A command that waits for an answer that the guide does not give would wait forever.
    const limit = isServer ? undefined : setTimeout(() => end(child), LIMIT_MS);
    child.once("close", (status, signal) => {
      clearTimeout(limit);
      resolve({ printed, status: status ?? signal });
    });
    t.after(() => end(child));
  });
}

/** Returns a guide with the outputs of this run. */
function recorded(markdown, outputs) {
  const lines = markdown.split("\n");
  for (const [block, text] of [...outputs].sort(([a], [b]) => b.line - a.line)) {
    lines.splice(block.line, block.end - block.line, ...text.split("\n").map((line) => (line === "" ? "" : block.indent + line)));
  }
  return lines.join("\n");
}
