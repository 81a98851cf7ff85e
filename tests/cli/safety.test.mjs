// What a command must never do: change somebody who was not meant, or stop in the middle of a run.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { run, served, start, TOKEN, until } from "../support/cli.mjs";
import { attributeOf, byEmail, office, startInTerminal, writes } from "../support/lists.mjs";

/** A gateway that has the API of a mock under a path. */
async function gatewayTo(t, mock, prefix) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
    const { host, connection, ...headers } = request.headers;
    const received = await mock.fetch(`http://mock${request.url.replace(prefix, "")}`, { method: request.method, headers, body });
    response.writeHead(received.status, { "content-type": received.headers.get("content-type") ?? "text/plain" }).end(await received.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}${prefix}`;
}

test("create never changes a user who has the address already, also behind a gateway whose path begins with /api/", async (t) => {
  const { mock } = await served(t);
  const [, owner] = mock.users.values();
  const before = structuredClone(owner);
  const env = { DOMO_BASE_URL: await gatewayTo(t, mock, "/api/domo"), DOMO_DEVELOPER_TOKEN: TOKEN };
  for (const name of ["Somebody Else", owner.displayName]) {
    const { code, stderr } = await run(["create", "--name", name, "--email", owner.emailAddress, "--role", String(owner.roleId)], { env });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /The address is taken by .* Nothing was created\./);
    assert.deepEqual(mock.users.get(owner.id), before);
  }
  const created = await run(["create", "--name", "New", "--email", "new@example.com", "--role", "4"], { env });
  assert.equal(created.code, 0, created.stderr);
  assert.ok(mock.requests.every(({ method, path }) => !(method === "GET" && path.startsWith("/api/identity/v1/users?"))), "the list of all users is not read");
});

test("create never changes the manager of the new user, whose address was given as that of the new user", async (t) => {
  const { mock, here } = await office(t);
  const { code, stderr } = await run(["create", "--name", "Other", "--email", "grace@example.com", "--role", "Admin", "--set", "reportsTo=grace@example.com"], here);
  assert.notEqual(code, 0, stderr);
  assert.deepEqual(writes(mock), []);
});

test("delete and offboard refuse an address that several users have", async (t) => {
  const { mock, here } = await office(t);
  mock.users.set(5, { ...structuredClone(mock.users.get(4)), id: 5, emailAddress: "Joan@Example.com" });
  for (const args of [["delete", "joan@example.com"], ["offboard", "joan@example.com", "--to", "1"], ["offboard", "3", "--to", "joan@example.com"]]) {
    const { code, stderr } = await run([...args, "--yes"], here);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /2 users have the address joan@example\.com: id 4, id 5\. Nothing was changed\. Give the id of the one who is meant\./);
  }
  assert.deepEqual(writes(mock), []);
  assert.equal((await run(["delete", "5", "--yes"], here)).code, 0);
  assert.deepEqual([...mock.users.keys()], [1, 2, 3, 4]);
});

test("delete and offboard refuse if the instance does not tell who the owner of the token is", async (t) => {
  for (const fault of [{ status: 403 }, { status: 200, body: "{}" }, { status: 404 }]) {
    const { mock, here } = await office(t);
    mock.addFault({ path: "/api/content/v2/users/me", headers: { "content-type": "application/json" }, ...fault, times: Infinity });
    for (const args of [["delete", "1", "--yes"], ["offboard", "1", "--to", "2", "--yes"], ["delete", "4", "--yes"]]) {
      const { code, stderr } = await run(args, here);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /did not tell who the owner of the token is[^]*Nothing was changed\.[^]*--protect/);
    }
    assert.deepEqual(writes(mock), []);
  }
});

test("a reader of stderr that closes does not end a run: everything is sent and the result is saved", async (t) => {
  const all = await office(t, { users: 12 });
  all.write("people.csv", `id,title\n${[...all.mock.users.keys()].map((id) => `${id},T${id}\n`).join("")}`);
  assert.equal((await run(["plan", "people.csv", "--match-by", "id", "-o", "plan.json"], all.here)).code, 0);
  all.mock.addFault({ method: "PATCH", path: `/api/identity/v1/users/${[...all.mock.users.keys()][3]}`, status: 400, times: 1 });
  for (const [exitCode, failed] of [[1, 1], [0, 0]]) {
    const { child, ended } = start(["apply", "plan.json", "--yes", "--verbose"], all.here);
    child.stderr.destroy();
    assert.equal((await ended).code, exitCode);
    const result = JSON.parse(readFileSync(all.at("plan.result.json"), "utf8"));
    assert.deepEqual([result.done, result.failed], [12 - failed, failed]);
  }
  for (const user of all.mock.users.values()) assert.equal(attributeOf(user, "title"), `T${user.id}`);
});

test("a reader of stdout that closes does not hide that changes failed", async (t) => {
  const all = await office(t);
  all.write("people.csv", "email,title\nada@example.com,Countess\n");
  all.mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  const { child, ended } = start(["apply", "people.csv", "--yes", "--json"], all.here);
  child.stdout.destroy();
  assert.equal((await ended).code, 1);
  assert.deepEqual(readdirSync(all.cwd).filter((name) => name.endsWith(".lock")), []);
});

test("Ctrl-C after a create was sent does not hide that the user was created", async (t) => {
  for (const args of [[], ["--set", "title=Countess"]]) {
    const { mock, here } = await office(t);
    mock.addFault({ method: "POST", path: "/api/identity/v1/users", delayMs: 700, afterEffect: true });
    const { child, ended } = start(["create", "--name", "New", "--email", "new@example.com", "--role", "4", ...args], here);
    await until(() => byEmail(mock, "new@example.com"));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, new RegExp(`The user was created with the id ${byEmail(mock, "new@example.com").id}`));
  }
});

test("a printed command is quoted for the shells of the system", async (t) => {
  const all = await office(t);
  const asOn = (platform) => ["--import", `data:text/javascript,Object.defineProperty(process,"platform",{value:"${platform}"})`];
  const printed = async (file, platform) => {
    const { stderr } = await run(["plan", "people.csv", "-o", file], { ...all.here, nodeArgs: asOn(platform) });
    return stderr.match(/Apply it: domo-users apply (.*)\n/)[1];
  };
  all.write("people.csv", "email,title\nada@example.com,Countess\n");
  for (const [file, linux, windows] of [
    ["plan.json", "plan.json", "plan.json"],
    ["my plan.json", '"my plan.json"', '"my plan.json"'],
    ["a,b.json", "a,b.json", '"a,b.json"'],
    ["it's $5.json", `'it'\\''s $5.json'`, `'it''s $5.json'`],
    ["5% of it!.json", "'5% of it!.json'", '"5% of it!.json"'],
    ["(new).json", '"(new).json"', '"(new).json"'],
  ]) {
    assert.equal(await printed(file, "linux"), linux);
    assert.equal(await printed(file, "win32"), windows);
  }
  assert.equal(await printed("a\\b.json", "linux"), "'a\\b.json'");
});

test("commands are printed as npx needs them, if npx runs the command", async (t) => {
  const all = await office(t);
  all.write("people.csv", "email,title\nada@example.com,Countess\n");
  for (const variables of [{ npm_command: "exec" }, { npm_lifecycle_event: "npx" }]) {
    const { stderr } = await run(["plan", "people.csv", "-o", "plan.json"], { cwd: all.cwd, env: { ...all.env, ...variables } });
    assert.match(stderr, /Apply it: npx domo-users apply plan\.json\n/);
  }
  const unknown = await run(["get", "nobody@example.com"], { cwd: all.cwd, env: { ...all.env, npm_command: "exec" } });
  assert.match(unknown.stderr, /To look for a part of it: npx domo-users search nobody\n/);
  const { stderr } = await run(["plan", "people.csv", "-o", "plan.json"], { cwd: all.cwd, env: { ...all.env, npm_command: "run-script", npm_lifecycle_event: "plan" } });
  assert.match(stderr, /Apply it: domo-users apply plan\.json\n/);
});

test("on Windows, a file that is open in Excel is an error that says to close it", async (t) => {
  const all = await office(t);
  const windows = `data:text/javascript,import files from "node:fs/promises"; import { syncBuiltinESMExports } from "node:module"; Object.defineProperty(process, "platform", { value: "win32" }); files.rename = async () => { throw Object.assign(new Error("no"), { code: "EPERM", syscall: "rename" }); }; syncBuiltinESMExports();`;
  const { code, stderr } = await run(["export", "-o", "people.csv"], { ...all.here, nodeArgs: ["--import", windows] });
  assert.equal(code, 1);
  assert.match(stderr, /The file people\.csv cannot be written: it is open in another program, such as Excel: close it there/);
});

test("--data reads the UTF-16 that PowerShell writes, and is not awaited from a terminal", async (t) => {
  const { mock, here, write } = await office(t);
  const json = Buffer.from('\ufeff{"title": "Crémière"}', "utf16le");
  write("changes.json", json);
  const { code, stderr } = await run(["update", "2", "--data", "@changes.json", "--yes"], here);
  assert.equal(code, 0, stderr);
  assert.equal(attributeOf(mock.users.get(2), "title"), "Crémière");
  assert.equal((await run(["update", "3", "--data", "-", "--yes"], { ...here, input: json })).code, 0);
  for (const args of [["update", "2", "--data", "-"], ["create", "--data", "-"]]) {
    const typed = await startInTerminal(args, here).ended;
    assert.equal(typed.code, 2);
    assert.match(typed.stdout, /--data - reads stdin, but stdin is a terminal/);
  }
});

test("names of JavaScript's own properties are ordinary keys", async (t) => {
  const { mock, here } = await office(t);
  for (const key of ["constructor", "__proto__", "toString"]) {
    const { code, stderr } = await run(["update", "2", `${key}=x`, "--new-attribute", key, "--yes"], here);
    assert.equal(code, 0, `${key}: ${stderr}`);
    assert.equal(attributeOf(mock.users.get(2), key), "x");
    assert.match((await run(["update", "2", `${key}=x`, `${key}=y`, "--yes"], here)).stderr, /is given twice/);
  }
});

test("apply never deletes the owner of the token, whoever made the plan", async (t) => {
  const all = await office(t);
  const [, other] = [...all.mock.users.keys()];
  const plan = { changes: [{ action: "delete", id: 1, before: { ...all.mock.users.get(1) } }, { action: "delete", id: other, before: { ...all.mock.users.get(other) } }], unchanged: 0, warnings: [] };
  all.write("plan.json", JSON.stringify(plan));
  const { code, stderr } = await run(["apply", "plan.json", "--yes", "--force"], all.here);
  assert.equal(code, 2);
  assert.match(stderr, /The plan deletes .* the owner of the token\. Nothing was changed\./);
  assert.deepEqual(writes(all.mock), []);
});

test("what was typed before the question is no answer", async (t) => {
  const all = await office(t);
  const [, id] = [...all.mock.users.keys()];
  all.mock.addFault({ method: "GET", path: "/api/identity/v1/users", delayMs: 700, afterEffect: true, times: 1 });
  const { child, output, ended } = startInTerminal(["delete", String(id)], all.here);
  await until(() => all.mock.requests.length >= 2);
  child.stdin.write("1\n");
  await until(() => /Type the number/.test(output.stdout));
  child.stdin.write("\n");
  const { code, stdout } = await ended;
  assert.equal(code, 1, stdout);
  assert.ok(all.mock.users.has(id));
});

test("a plan that is reached by a link has one journal and one result", async (t) => {
  const all = await office(t);
  all.write("people.csv", "email,title\nada@example.com,Countess\n");
  assert.equal((await run(["plan", "people.csv", "-o", "real.json"], all.here)).code, 0);
  symlinkSync("real.json", all.at("link.json"));
  assert.equal((await run(["apply", "link.json", "--yes"], all.here)).code, 0);
  assert.deepEqual(readdirSync(all.cwd).filter((name) => name.includes("result")), ["real.result.json"]);
  assert.equal((await run(["undo", "link.json", "--yes"], all.here)).code, 0);
});

test("commands that are given at the same time have plans of their own, all of which can be undone", async (t) => {
  const { mock, here, cwd } = await office(t);
  const titles = () => [1, 2, 3, 4].map((id) => attributeOf(mock.users.get(id), "title"));
  const before = titles();
  const runs = await Promise.all([1, 2, 3, 4].map((id) => run(["apply", "-", "--match-by", "id", "--yes"], { ...here, input: `id,title\n${id},T${id}\n` })));
  const plans = runs.map(({ code, stderr }) => {
    assert.equal(code, 0, stderr);
    return stderr.match(/^Undo: domo-users undo (\S+)$/m)[1];
  });
  assert.equal(new Set(plans).size, 4);
  assert.deepEqual(titles(), ["T1", "T2", "T3", "T4"]);
  for (const plan of plans) assert.equal((await run(["undo", plan, "--yes"], here)).code, 0, readdirSync(cwd).join());
  assert.deepEqual(titles(), before);
});

test("a printed command is for the instance that this one was given", async (t) => {
  const { baseUrl, cwd } = await office(t);
  const here = { cwd, env: { DOMO_INSTANCE: "elsewhere", DOMO_DEVELOPER_TOKEN: TOKEN } };
  const there = ["--base-url", baseUrl];
  const taken = await run(["create", ...there, "--name", "X", "--email", "ada@example.com", "--role", "4"], here);
  assert.ok(taken.stderr.includes(`domo-users update 1 --base-url ${baseUrl} …`), taken.stderr);
  const unknown = await run(["get", ...there, "nobody@example.com"], here);
  assert.ok(unknown.stderr.includes(`domo-users search nobody --base-url ${baseUrl}\n`), unknown.stderr);
});
