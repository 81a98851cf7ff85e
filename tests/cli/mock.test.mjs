// The mock as a command.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { COMMAND, run, start, until, withoutColors } from "../support/cli.mjs";

const lines = (text) => text.split("\n").slice(0, -1);

test("without a terminal, mock prints its address alone, runs until Ctrl-C, and prints the lines to copy and each request on stderr", async () => {
  const { child, output, ended } = start(["mock", "--users", "7"]);
  await until(() => output.stdout.includes("\n"));
  const [address] = lines(output.stdout);
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
  const env = { DOMO_BASE_URL: address, DOMO_DEVELOPER_TOKEN: "mock-token" };
  assert.equal(lines((await run(["list"], { env })).stdout).length, 7);
  assert.equal((await run(["list"], { env: { ...env, DOMO_DEVELOPER_TOKEN: "other" } })).code, 1);
  child.kill("SIGINT");
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout], [0, `${address}\n`]);
  const [settings, requests] = stderr.split("Ctrl-C ends it.\n");
  assert.ok(settings.startsWith(`export DOMO_BASE_URL=${address}\nexport DOMO_DEVELOPER_TOKEN=mock-token\n`), stderr);
  assert.match(requests, /^GET \/api\/authorization\/v1\/roles 200\nGET \/api\/identity\/v1\/users\?parts=DETAILED 200\nGET \/api\/authorization\/v1\/roles 401\n$/);
});

test("on a terminal, mock prints the lines to copy", async () => {
  const { child, output, ended } = start(["mock"], { terminal: { columns: 100, both: true } });
  await until(() => output.stdout.includes("Ctrl-C"));
  const [address, token, , note] = lines(withoutColors(output.stdout));
  const [, baseUrl] = /^export DOMO_BASE_URL=(http:\/\/127\.0\.0\.1:\d+)$/.exec(address);
  assert.equal(token, "export DOMO_DEVELOPER_TOKEN=mock-token");
  assert.match(note, /100 users/);
  assert.match((await run(["whoami"], { env: { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: "mock-token" } })).stdout, /^instance\t/);
  await until(() => output.stdout.includes("/users/me 200"));
  child.stdin.write("\x03");
  assert.equal((await ended).code, 0);
});

test("a port that is taken is an error, and so is one that is no port", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const { port } = other.address();
  const taken = await run(["mock", "--port", String(port)]);
  assert.equal(taken.code, 1);
  assert.ok(taken.stderr.includes(`Port ${port} is in use by another program.`), taken.stderr);
  for (const args of [["--port", "70000"], ["--port", "http"], ["--users", "0"], ["--users", "x"]]) {
    const { code, stderr } = await run(["mock", ...args]);
    assert.equal(code, 2);
    assert.match(stderr, /must be a whole number from/);
  }
});

test("a request to end is obeyed at once, also while a response is delayed", async () => {
  const child = spawn(process.execPath, [COMMAND, "mock", "--users", "20000"]);
  const [address] = await once(child.stdout.setEncoding("utf8"), "data");
  const response = await fetch(`${address.trim()}/api/identity/v1/users`, { headers: { "X-DOMO-Developer-Token": "mock-token" } });
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "close"), [0, null]);
  await response.text().catch(() => {});
});

test("--example starts the instance of the guides", async (t) => {
  const { child, output, ended } = start(["mock", "--example"]);
  t.after(() => ended);
  await until(() => output.stdout.includes("\n"));
  const env = { DOMO_BASE_URL: output.stdout.trim(), DOMO_DEVELOPER_TOKEN: "mock-token" };
  const listed = lines((await run(["list", "--columns", "id,emailAddress"], { env })).stdout);
  assert.equal(listed.length, 9);
  assert.ok(listed.includes("1002\tben.carter@example.com"));
  assert.match((await run(["whoami"], { env })).stdout, /Maria Lopez/);
  child.kill("SIGTERM");
  assert.equal((await run(["mock", "--example", "--users", "7"])).code, 2);
});
