// doctor: what it checks, and what it advises.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { run, scratch, served, TOKEN } from "../support/cli.mjs";

/** Returns the checks by name. */
async function checked(env, { cwd } = {}) {
  const { code, stdout, stderr } = await run(["doctor", "--json", "--timeout", "5"], { env, cwd });
  assert.equal(stderr, "");
  const { ok, checks } = JSON.parse(stdout);
  assert.equal(code, ok ? 0 : 1);
  assert.ok(!stdout.includes(TOKEN));
  return { ok, ...Object.fromEntries(checks.map((check) => [check.name, check])), names: checks.map(({ name }) => name) };
}

const failures = (checks) => checks.names.filter((name) => checks[name].result !== "ok" && checks[name].result !== "info");

test("doctor checks versions, settings, the instance, the token and what it may read, and changes nothing", async (t) => {
  const { env, mock } = await served(t);
  const before = JSON.stringify([...mock.users]);
  const checks = await checked(env);
  assert.equal(checks.ok, true);
  assert.deepEqual(checks.names, ["versions", "proxy", "certificates", "configuration", "instance", "clock", "token", "read users", "search users", "list roles", "list attribute keys", "change users"]);
  assert.ok(checks.versions.message.includes(process.versions.node));
  assert.match(checks.configuration.message, /from DOMO_BASE_URL in the environment; token from DOMO_DEVELOPER_TOKEN in the environment/);
  assert.match(checks.token.message, /id \d+/);
  assert.match(checks["change users"].advice, /may lack one of these grants: Manage All Users, Add New People, Manage All Roles/);
  assert.equal(JSON.stringify([...mock.users]), before);
  const isRead = ({ method, path }) => method === "GET" || (method === "POST" && path.startsWith("/api/identity/v1/users/search"));
  assert.ok(mock.requests.every(isRead));
  assert.ok(mock.requests.every(({ path }) => !/\/users(\?|$)/.test(path) || path.includes("/v2/")), "the list of all users is not read");
});

test("without a terminal a check is a line; on a terminal it has a mark, and the advice stands below", async (t) => {
  const { env } = await served(t, { oddities: { roles: "forbidden" } });
  const lines = (await run(["doctor"], { env })).stdout.trimEnd().split("\n");
  assert.ok(lines.every((line) => line.split("\t").length === 4));
  assert.match(lines.find((line) => line.includes("list roles")), /^warning\tlist roles\t.*403.*\t.*Manage All Roles/);
  const { stdout } = await run(["doctor"], { env: { ...env, NO_COLOR: "1" }, terminal: 100 });
  assert.match(stdout, /^✓ token: belongs to/m);
  assert.match(stdout, /^! list roles: .*403.*\n {2}→ .*Manage All Roles/m);
});

test("what the token may not do, but most commands do not need, is a warning", async (t) => {
  const { env, mock } = await served(t, { oddities: { roles: "forbidden", keys: "forbidden" } });
  mock.addFault({ path: "/api/content/v2/users/me", status: 403, times: Infinity });
  const checks = await checked(env);
  assert.equal(checks.ok, true);
  assert.deepEqual(failures(checks), ["token", "list roles", "list attribute keys"]);
});

test("a token that may not read users fails, with the grant that is missing", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ path: /^\/api\/identity/, status: 403, times: Infinity });
  const checks = await checked(env);
  assert.equal(checks.ok, false);
  assert.equal(checks["read users"].result, "failed");
  assert.match(checks["read users"].advice, /Manage All Users/);
});

test("a wrong token", async (t) => {
  const { env } = await served(t);
  const checks = await checked({ ...env, DOMO_DEVELOPER_TOKEN: "expired" });
  assert.deepEqual(failures(checks), ["token"]);
  assert.match(checks.token.advice, /has expired, or is of another instance.*Access tokens/);
});

test("a wrong instance, which refuses everything with 403", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ status: 403, times: Infinity });
  const checks = await checked(env);
  assert.equal(checks.ok, false);
  for (const name of ["token", "read users"]) assert.match(checks[name].advice, /check the name of the instance \(127.*a wrong name is refused in the same way/);
});

for (const blocked of ["login", "page", "redirect", "notAcceptable"]) {
  test(`a page instead of the API (${blocked})`, async (t) => {
    const { env } = await served(t, { oddities: { blocked } });
    const checks = await checked(env);
    assert.deepEqual(failures(checks), ["instance"]);
    assert.match(checks.instance.advice, /^the response was a log-in or block page, and not of the API: check the name of the instance/);
  });
}

test("a page that a proxy shows", async (t) => {
  const proxy = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html><title>Sign in to the network</title></html>"));
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  const checks = await checked({ DOMO_BASE_URL: "http://domo.example", DOMO_TOKEN: TOKEN, HTTP_PROXY: `http://user:secret@127.0.0.1:${proxy.address().port}`, NO_PROXY: "example.org" });
  assert.deepEqual(failures(checks), ["instance"]);
  assert.match(checks.instance.advice, /^the response was a log-in or block page, perhaps of the proxy, and not of the API/);
  assert.match(checks.proxy.message, /^HTTP_PROXY is http:\/\/127\.0\.0\.1:\d+; none for example\.org \(NO_PROXY\); for http only: https needs HTTPS_PROXY$/);
});

test("an instance that cannot be reached", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  const refused = await checked({ DOMO_BASE_URL: `http://127.0.0.1:${port}`, DOMO_TOKEN: TOKEN });
  assert.deepEqual(failures(refused), ["instance"]);
  assert.match(refused.instance.message, /ECONNREFUSED/);
  assert.match(refused.instance.advice, /check your network and firewall; if your network needs a proxy, set HTTPS_PROXY/);
  const unknown = await checked({ DOMO_BASE_URL: "http://no-such-host.invalid", DOMO_TOKEN: TOKEN });
  assert.deepEqual(failures(unknown), ["DNS", "instance"]);
  assert.match(unknown.DNS.advice, /check the name of the instance/);
});

test("settings that are missing or cannot be right are found without a request", async (t) => {
  const cwd = scratch(t);
  const none = await checked({}, { cwd });
  assert.deepEqual(failures(none), ["configuration"]);
  assert.match(none.configuration.message, /No instance was given/);
  const wrong = { DOMO_INSTANCE: "acme.example.com", DOMO_TOKEN: "x", NODE_EXTRA_CA_CERTS: "missing.pem", NODE_TLS_REJECT_UNAUTHORIZED: "0", HTTPS_PROXY: "::" };
  // Node itself prints warnings on stderr.
  const { code, stdout } = await run(["doctor"], { env: wrong, cwd });
  assert.equal(code, 1);
  assert.match(stdout, /^failed\tproxy\tHTTPS_PROXY is not the address of a proxy/m);
  assert.match(stdout, /^warning\tcertificates\tNODE_EXTRA_CA_CERTS names missing\.pem, which cannot be read/m);
  assert.match(stdout, /^warning\tcertificates\tNODE_TLS_REJECT_UNAUTHORIZED is 0/m);
  assert.match(stdout, /^failed\tconfiguration\t/m);
});

test("a clock that is wrong", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ path: "/api/content/v2/users/me", headers: { date: new Date(Date.now() - 3_600_000).toUTCString() } });
  const { clock, ok } = await checked(env);
  assert.equal(ok, true);
  assert.equal(clock.result, "warning");
  assert.match(clock.message, /is 3\d{3} s ahead of the instance's/);
});

test("--verbose prints the requests of doctor", async (t) => {
  const { env } = await served(t);
  const { stderr, stdout } = await run(["doctor", "--verbose"], { env });
  assert.match(stderr, /^GET \/api\/content\/v2\/users\/me 200 in \d+ ms\n/);
  assert.match(stderr, /GET \/api\/authorization\/v1\/roles 200/);
  assert.match(stdout, /responded in \d+ ms/);
});
