// The installed package in Node, Deno, Bun and workerd.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";
import { EXPECTED } from "./scenario.mjs";

const bin = (name) => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));
const project = join(folder, "runtimes");
mkdirSync(project, { recursive: true });
for (const file of ["scenario.mjs", "http.mjs", "worker.mjs"]) cpSync(fileURLToPath(new URL(file, import.meta.url)), join(project, file));

for (const [name, ...command] of [["Node", process.execPath], ["Deno", bin("deno"), "run", "--allow-all"], ["Bun", bin("bun"), "run"]]) {
  test(name, () => {
    const [program, ...args] = command;
    const { stdout, stderr } = spawnSync(program, [...args, "http.mjs"], { cwd: project, encoding: "utf8", timeout: 60_000, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
    assert.deepEqual(JSON.parse(stdout || JSON.stringify(stderr)), EXPECTED);
  });
}

// With a compatibility date before 2024-11-11, workerd rejects a request with the field `cache`.
for (const date of ["2025-01-01", "2024-09-01"]) test(`workerd of ${date}, which compiles only what it imports`, async (t) => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  const modules = { "worker.mjs": "esModule", "scenario.mjs": "esModule" };
  const own = Object.entries(modules).map(([file, kind]) => `(name = "${file}", ${kind} = embed "${file}")`);
  const pkg = "../node_modules/domo-users/";
  const installed = [`(name = "domo-users", esModule = embed "${pkg}workerd.js")`, `(name = "domo-users.wasm", wasm = embed "${pkg}domo-users.wasm")`, `(name = "domo-users/mock", esModule = embed "${pkg}mock/index.js")`];
  writeFileSync(join(project, "config.capnp"), `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main)], sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
const main :Workerd.Worker = (compatibilityDate = "${date}", modules = [${[...own, ...installed].join(", ")}]);
`);
  const server = spawn(bin("workerd"), ["serve", "config.capnp"], { cwd: project, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => server.kill());
  let said = "";
  server.stderr.on("data", (chunk) => (said += chunk));
  let answer;
  for (let tries = 0; tries < 100 && answer === undefined; tries++) {
    answer = await fetch(`http://127.0.0.1:${port}/`).then((response) => response.text(), () => undefined);
    if (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(JSON.parse(answer ?? JSON.stringify(said)), EXPECTED);
});
