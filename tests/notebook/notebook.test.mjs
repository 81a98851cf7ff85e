// The notebook of js-examples/jupyter, executed by Deno's kernel with the installed package.
//   node tests/notebook/notebook.test.mjs --update   writes the outputs of the notebook
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { ensureJupyter } from "../../scripts/jupyter.mjs";
import { root } from "../../scripts/tools.mjs";
import { TOKEN, folder as installed, mockDomo } from "../support/installed.mjs";

const update = process.argv.includes("--update");
const stored = join(root, "js-examples", "jupyter", "users.ipynb");
const deno = join(root, "node_modules", ".bin", "deno");
const home = join(root, "target", "notebook");
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const codeCells = ({ cells }) => cells.filter(({ cell_type: type }) => type === "code");
const text = (lines) => [lines].flat().join("");

let bin;
let env;
before(async () => {
  bin = ensureJupyter();
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  // With a home folder of its own, the test neither reads nor changes the Jupyter configuration of the user.
  env = { PATH: [bin, process.env.PATH].join(delimiter), HOME: home, DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(home, "deno"), NO_COLOR: "1" };
  await run(deno, ["jupyter", "--install"], { env });
  assert.ok(existsSync(join(home, ".local", "share", "jupyter", "kernels", "deno")) || existsSync(join(home, "Library", "Jupyter", "kernels", "deno")));
});

/** Runs a command. If it fails, the error shows the end of what it printed, which names the cell and the exception. */
async function run(program, args, options) {
  try {
    return await promisify(execFile)(program, args, { timeout: 300_000, ...options });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} failed:\n${`${error.stdout}${error.stderr}`.slice(-3000)}`);
  }
}

/** Executes a copy of the notebook in a folder that has the installed package, and returns the copy. `change` edits it first. */
async function execute(name, { change = () => {}, flags = [], environment = {} } = {}) {
  const folder = join(home, name);
  mkdirSync(folder);
  // npm:domo-users is found in node_modules, because package.json lists it.
  cpSync(join(installed, "package.json"), join(folder, "package.json"));
  symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"));
  const notebook = read(stored);
  change(notebook);
  const file = join(folder, "users.ipynb");
  writeFileSync(file, JSON.stringify(notebook));
  await run(join(bin, "python"), [join(import.meta.dirname, "execute.py"), file, ...flags], { env: { ...env, ...environment } });
  return read(file);
}

/** Returns the outputs of each code cell, with the first line of the cell. */
const outputs = (notebook) =>
  codeCells(notebook).map(({ source, outputs }) => ({
    cell: text(source).split("\n")[0],
    outputs: outputs.map(({ output_type: type, data, text: printed }) => ({
      type, ...(printed && { printed: text(printed) }), ...Object.fromEntries(Object.entries(data ?? {}).map(([mime, lines]) => [mime, text(lines)])),
    })),
  }));

test("the notebook runs without an instance, and its stored outputs are those that it makes", async () => {
  const executed = await execute("mock", { flags: update ? ["--any-outputs"] : [] });
  if (update) {
    // Left out is what depends on the version of Deno.
    const { kernelspec, language_info: { name, file_extension, mimetype } } = executed.metadata;
    writeFileSync(stored, `${JSON.stringify({ ...executed, metadata: { kernelspec, language_info: { file_extension, mimetype, name } } }, null, 1)}\n`);
  }
  assert.deepEqual(outputs(executed), outputs(read(stored)));
});

test("the stored outputs are a table, two charts, the people who were not active, an error and a plan", () => {
  const all = outputs(read(stored)).flatMap(({ outputs }) => outputs);
  assert.equal(all.filter((output) => output["image/svg+xml"]).length, 2);
  assert.equal(all.filter((output) => output["text/html"]).length, 2);
  const texts = all.map((output) => output["text/plain"]).filter(Boolean);
  assert.ok(all.every(({ type }) => type === "execute_result"));
  assert.match(texts.join("\n"), /people were not active in the 90 days before[^]*INVALID_INPUT: [^]*row 4[^]*3 changes: 1 update, 2 creates/);
});

test("with the environment variables it reads an instance, whose values never become HTML, and shows no token", async (t) => {
  const hostile = `<img src=x onerror="alert(1)">&'`;
  const users = [...mockDomo({ users: 40 }).users.values()];
  for (const user of users) {
    user.displayName = hostile;
    user.attributes = [...user.attributes.filter(({ key }) => key !== "department"), { key: "department", values: [hostile] }];
  }
  const mock = mockDomo({ users, developerToken: TOKEN, roles: [{ id: 1, name: hostile }, { id: 2, name: "</svg>" }, { id: 3, name: "Editor" }, { id: 4, name: "Participant" }, { id: 5, name: "Social" }] });
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  const executed = await execute("instance", { environment: { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN } });
  const shown = outputs(executed).flatMap(({ outputs }) => outputs);
  const markup = shown.flatMap((output) => [output["text/html"], output["image/svg+xml"]]).filter(Boolean);
  assert.equal(markup.length, 4);
  for (const each of markup) {
    assert.ok(each.includes("&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#38;&#39;"), each);
    assert.ok(!each.includes("<img"), each);
    assert.equal(each.split("</svg>").length, each.startsWith("<svg") ? 2 : 1, each);
  }
  assert.ok(shown.some((output) => output["text/plain"] === "Your instance has 40 people and 5 roles."));
  assert.ok(!JSON.stringify(executed).includes(TOKEN));
  // The notebook only reads, unless a cell is changed.
  assert.deepEqual(mock.requests.filter(({ method, path }) => method !== "GET" && !path.includes("/search")), []);
  assert.ok(mock.requests.length > 0);
});

test("with one of the variables alone, the first cell says what is missing, instead of showing the mock", async () => {
  await assert.rejects(execute("incomplete", { environment: { DOMO_INSTANCE: "acme" } }), /DOMO_DEVELOPER_TOKEN or DOMO_TOKEN must be set/);
});

test("the last cell sends the changes if it is told to", async () => {
  const change = (notebook) => {
    const last = codeCells(notebook).at(-1);
    last.source = text(last.source).replace("const apply = false", "const apply = true");
  };
  assert.equal(outputs(await execute("apply", { change })).at(-1).outputs[0]["text/plain"], "3 done, 0 failed");
});

test("a cell that throws fails the execution", async () => {
  const change = ({ cells }) => void (cells[1].source = 'throw new Error("broken cell")');
  await assert.rejects(execute("broken", { change }), /broken cell/);
});

test("the cells have no type errors", async () => {
  const folder = join(home, "types");
  mkdirSync(folder);
  cpSync(join(installed, "package.json"), join(folder, "package.json"));
  symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "users.ts"), codeCells(read(stored)).map(({ source }) => text(source)).join(";\n"));
  await run(deno, ["check", "users.ts"], { cwd: folder, env });
});

test("the commands of docs/jupyter.md run one after the other, and give the token to Jupyter", () => {
  const page = readFileSync(join(root, "docs", "jupyter.md"), "utf8");
  const blocks = [...page.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, block]) => block);
  assert.equal(blocks.length, 5);
  const folder = join(home, "page");
  mkdirSync(folder);
  // What would download or serve something only prints its command.
  const printed = ["npm", "pip", "jupyter"].map((name) => `${name}() { echo "${name} $* [$DOMO_INSTANCE $DOMO_DEVELOPER_TOKEN]"; }`);
  const script = ["set -e", ...printed, ...blocks].join("\n");
  const PATH = [join(root, "node_modules", ".bin"), env.PATH].join(delimiter);
  const { stdout, stderr, status } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", input: `${TOKEN}\n`, env: { ...env, PATH, HOME: folder } });
  assert.equal(status, 0, stderr);
  const commands = ["npm install --global deno [ ]", "pip install jupyterlab [ ]", "jupyter lab users.ipynb [ ]"];
  const own = ["jupyter lab users.ipynb", "jupyter nbconvert --clear-output --inplace users.ipynb"].map((command) => `${command} [acme ${TOKEN}]`);
  assert.deepEqual(stdout.split("\n").filter((line) => /^(npm|pip|jupyter) /.test(line)), [...commands, ...own]);
  assert.match(`${stdout}${stderr}`, /Deno kernelspec installed successfully/);
});
