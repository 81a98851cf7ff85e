// Each example as its own project, with the installed tarball, against the mock over HTTP.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { installInto, pack } from "../../scripts/install.mjs";
import { root } from "../../scripts/tools.mjs";
import { TOKEN, mockDomo } from "../support/installed.mjs";

const execute = promisify(execFile);
const home = join(root, "target", "examples");
let tarball;

before(() => {
  ({ tarball } = pack());
});

/** Installs an example, links `modules` of this repository into it, and returns a function that runs node in its folder. */
async function example(t, name, { modules = [], ...options } = {}) {
  const folder = join(home, name);
  rmSync(folder, { recursive: true, force: true });
  installInto(folder, tarball);
  cpSync(join(root, "js-examples", name), folder, { recursive: true });
  for (const module of modules) symlinkSync(join(root, "node_modules", module), join(folder, "node_modules", module));
  const mock = mockDomo({ users: 60, developerToken: TOKEN, ...options });
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  const env = { PATH: process.env.PATH, DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN };
  const node = (args, more) => execute(process.execPath, args, { cwd: folder, env: { ...env, ...more } });
  return { mock, baseUrl, folder, node };
}

test("node-esm", async (t) => {
  const { node } = await example(t, "node-esm");
  const { stdout } = await node(["users-by-role.mjs"]);
  for (const role of ["Admin", "Privileged", "Editor", "Participant", "Social"]) assert.match(stdout, new RegExp(role));
});

test("node-cjs", async (t) => {
  const { mock, node } = await example(t, "node-cjs");
  const args = ["create-user.cjs", "Jane Doe", "jane.doe@example.com", "4"];
  assert.match((await node(args)).stdout, /Jane Doe is user \d+/);
  assert.equal(mock.users.size, 61);
  await assert.rejects(node(args), { code: 1, stderr: /^CONFLICT: / });
});

test("typescript", async (t) => {
  const { folder, node } = await example(t, "typescript", { modules: ["@types"] });
  await execute(join(root, "node_modules", ".bin", "tsc"), [], { cwd: folder });
  const { stdout } = await node(["dist/inactive-users.js"], { NOW: "1700000000000" });
  assert.match(stdout, /\d+ of 60 users were not active/);
});

test("code-engine", async (t) => {
  const { node } = await example(t, "code-engine");
  const { stdout } = await node(["try-locally.cjs"]);
  assert.match(stdout, /createUser: Jane Doe is user \d+\ngetAllUsers: 51 users\nupdateUser: role 2\ndeleteUser: true/);
  const synced = (await node(["sync-locally.cjs"])).stdout;
  assert.match(synced, /^planUsers: 200 changes\n[^]*: 200 done, 0 failed, 0 skipped\nfindUserByEmail: New 7\nplanUsers: 0 changes\n$/);
});

test("aws-lambda", async (t) => {
  const { mock, node } = await example(t, "aws-lambda");
  const [id] = mock.users.keys();
  assert.match((await node(["invoke.mjs", JSON.stringify({ userId: id, roleId: 3 })])).stdout, /statusCode: 200/);
  assert.equal(mock.users.get(id).roleId, 3);
  assert.match((await node(["invoke.mjs", '{"userId": 5, "roleId": 3}'])).stdout, /statusCode: 404/);
  assert.match((await node(["invoke.mjs", "{"])).stdout, /statusCode: 400/);
});

test("sync-from-csv", async (t) => {
  const { mock, folder, node } = await example(t, "sync-from-csv");
  const [{ emailAddress }] = mock.users.values();
  writeFileSync(join(folder, "hr.csv"), `${readFileSync(join(folder, "people.csv"), "utf8")}${emailAddress.toUpperCase()},Known,3,,,\n`);
  const printed = (await node(["sync.mjs", "hr.csv"])).stdout;
  assert.match(printed, /^3 changes: 1 update, 2 creates; 0 users unchanged\n[^]*\+ Anna Boss <anna\.boss@example\.com>, row 2\n/);
  assert.equal(mock.users.size, 60);
  mock.addFault({ method: "POST", path: "/api/identity/v1/users", status: 400 });
  await assert.rejects(node(["sync.mjs", "hr.csv", "--apply"]), { code: 1, stdout: /1 done, 2 failed, 0 skipped\nTo undo this run/ });
  // The failed changes are part of the next plan, which is made from the list as it is then.
  writeFileSync(join(folder, "hr.csv"), readFileSync(join(folder, "hr.csv"), "utf8").replace("Head of Sales", "Sales Lead"));
  const again = (await node(["sync.mjs", "hr.csv", "--apply"])).stdout;
  assert.match(again, /^2 changes: [^]*title: Sales Lead[^]*2 done, 0 failed, 0 skipped\nTo undo this run: node sync\.mjs --undo \S+ --apply\n$/);
  const byEmail = new Map([...mock.users.values()].map((user) => [user.emailAddress, user]));
  const { attributes } = byEmail.get("ben.doe@example.com");
  assert.deepEqual(attributes.find(({ key }) => key === "reportsTo").values, [String(byEmail.get("anna.boss@example.com").id)]);
  assert.match((await node(["sync.mjs", "hr.csv"])).stdout, /^No changes|^0 changes/);

  // An interrupted run continues with its own plan. Its user is known then, so that all of it can be undone.
  const count = mock.users.size;
  writeFileSync(join(folder, "june.csv"), "email,displayName,roleId,title\ncara.poe@example.com,Cara Poe,4,\nanna.boss@example.com,,,Chair\n");
  mock.addFault({ method: "PATCH", path: /users/, status: 429, headers: { "retry-after": "120" } });
  await assert.rejects(node(["sync.mjs", "june.csv", "--apply"]), { code: 1, stdout: /1 done, 0 failed, 1 skipped\nThe run was interrupted: run the same command again/ });
  const continued = (await node(["sync.mjs", "june.csv", "--apply"])).stdout;
  const [, run] = continued.match(/^Continuing the interrupted run[^]*2 done, 0 failed, 0 skipped\nTo undo this run: node sync\.mjs --undo (\S+) --apply\n$/);
  assert.equal(mock.users.size, count + 1);
  assert.equal(statSync(join(folder, run)).mode & 0o777, 0o600);
  assert.match((await node(["sync.mjs", "--undo", run])).stdout, /1 delete, 1 update/);
  assert.match((await node(["sync.mjs", "--undo", run, "--apply"])).stdout, /2 done, 0 failed, 0 skipped/);
  assert.equal(mock.users.size, count);
  assert.match((await node(["sync.mjs", "hr.csv"])).stdout, /^No changes|^0 changes/);
  writeFileSync(join(folder, "wrong.csv"), "email,roleId\nnope,x\n");
  await assert.rejects(node(["sync.mjs", "wrong.csv"]), { code: 1, stderr: /row 2/ });
});

test("offboarding", async (t) => {
  const user = (id, manager) => {
    const attributes = manager ? [{ key: "reportsTo", values: [String(manager)] }] : [];
    return { id, displayName: `User ${id}`, roleId: 4, userName: `u${id}@example.com`, emailAddress: `u${id}@example.com`, attributes };
  };
  // 2 and 3 leave, 4 takes over. 4 reports to 3, 3 to 2, and 2 to 1.
  const users = [user(1), user(2, 1), user(3, 2), user(4, 3), user(5, 3), user(6, 2), user(7, 1)];
  const { mock, folder, node } = await example(t, "offboarding", { users, owner: 1 });
  const managers = () => Object.fromEntries([...mock.users.values()].map(({ displayName, attributes }) => [displayName, attributes.find(({ key }) => key === "reportsTo")?.values[0] ?? undefined]));
  const [before, args] = [managers(), ["offboard.mjs", "--to", "u4@example.com", "U3@example.com", "u2@example.com", "u3@example.com"]];

  const planned = (await node(args)).stdout;
  assert.match(planned, /^5 changes: 2 deletes, 3 updates; [^]*Content of the leaving users is not moved[^]*- User 3 <u3@example\.com>[^]*manager: User 3 \(3\) → User 1 \(1\)/);
  assert.deepEqual(managers(), before);

  // A failed update: nobody is deleted.
  mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/5", status: 400 });
  await assert.rejects(node([...args, "--apply"]), { code: 1, stderr: /^REQUEST_REJECTED/, stdout: /\d done, 1 failed, [2-4] skipped; / });
  assert.equal(mock.users.size, 7);

  const [, file] = (await node([...args, "--apply"])).stdout.match(/\d done, 0 failed, 0 skipped; the plan and its result are in (.*)\n$/);
  assert.deepEqual(managers(), { "User 1": undefined, "User 4": "1", "User 5": "4", "User 6": "4", "User 7": "1" });
  assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);

  assert.match((await node(["offboard.mjs", "--undo", file])).stdout, /2 creates/);
  assert.equal(mock.users.size, 5);
  await node(["offboard.mjs", "--undo", file, "--apply"]);
  assert.equal(mock.users.size, 7);
  const id = (name) => String([...mock.users.values()].find(({ displayName }) => displayName === name).id);
  assert.deepEqual([managers()["User 3"], managers()["User 5"]], [id("User 2"), id("User 3")]);

  for (const wrong of [["--to", "u4@example.com", "u4@example.com"], ["--to", "u4@example.com", "nobody@example.com"], ["--to", "u4@example.com", "u1@example.com"], ["u4@example.com"]]) {
    await assert.rejects(node(["offboard.mjs", ...wrong, "--apply"]), { code: 1, stderr: /also in the list|No user has|owner of the token|Name the new manager/ });
  }
});

test("audit-export", async (t) => {
  const day = 24 * 60 * 60 * 1000;
  const user = (id, displayName, roleId, activeDaysAgo, more = []) => {
    const lastActivity = activeDaysAgo === undefined ? [] : [{ key: "lastActivity", values: [Date.now() - activeDaysAgo * day] }];
    return { id, displayName, roleId, userName: `${id}@example.com`, emailAddress: `${id}@example.com`, attributes: [...lastActivity, ...more] };
  };
  const users = [
    user(1001, "Zoë Boss", 1, 91, [{ key: "title", values: ["=1+1"] }, { key: "department", values: ["R&D"] }]),
    user(1002, "Active Admin", 1, 89),
    user(1003, "Never Admin", 1, undefined),
    user(1004, "Idle Participant", 4, 200),
    user(1005, "Fixed Admin", 1, undefined, [{ key: "lastActivity", values: ["1706745600000"] }, { key: "created", values: [1_700_000_000_000] }]),
  ];
  const roles = [{ id: 1, name: "Admin" }, { id: 4, name: "Participant" }];
  const { folder, node } = await example(t, "audit-export", { users, roles });
  assert.equal((await node(["export.mjs"])).stdout, "inactive-admins.csv: 3 of 4 users with the role Admin were not active in the last 90 days; 1 of them have no recorded activity\n");
  const text = readFileSync(join(folder, "inactive-admins.csv"), "utf8");
  const active = new Date(users[0].attributes[0].values[0]).toISOString().replace(".000Z", "Z");
  assert.equal(text, [
    "\ufeffdisplayName,emailAddress,title,department,lastActivity,created",
    `Zoë Boss,1001@example.com,'=1+1,R&D,${active},`,
    "Never Admin,1003@example.com,,,,",
    "Fixed Admin,1005@example.com,,,2024-02-01,2023-11-14T22:13:20Z", "",
  ].join("\r\n"));
  // A file that an interrupted export left behind may be readable by others; the new one is not.
  writeFileSync(join(folder, "excel.csv.part"), "left over", { mode: 0o644 });
  await node(["export.mjs", "excel.csv", "--delimiter", ";"]);
  assert.match(readFileSync(join(folder, "excel.csv"), "utf8"), /^\ufeffdisplayName;emailAddress;/);
  assert.equal(statSync(join(folder, "excel.csv")).mode & 0o777, 0o600);
  rmSync(join(folder, "excel.csv"));
  assert.match((await node(["export.mjs", "p.csv", "--role", "participant", "--days", "300"])).stdout, /^p\.csv: 0 of 1 users with the role Participant/);
  assert.equal(readdirSync(folder).filter((name) => name.includes("csv")).length, 2);
  await assert.rejects(node(["export.mjs", "--role", "King"]), { code: 1, stderr: /no role "King"\. Its roles: Admin, Participant/ });
});

test("hono", async (t) => {
  // Each token belongs to an instance of its own, so a token that reaches the wrong request shows other users.
  const instances = new Map(Array.from({ length: 20 }, (_, i) => [`${TOKEN}-${i}`, mockDomo({ users: 30, seed: i + 1, developerToken: `${TOKEN}-${i}` })]));
  const domo = createServer(async ({ method, url, headers }, response) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    const token = headers["x-domo-developer-token"];
    const mock = instances.get(token) ?? instances.values().next().value;
    const result = await mock.fetch(`http://localhost${url}`, { method, headers: { "x-domo-developer-token": token } });
    response.writeHead(result.status, { "content-type": result.headers.get("content-type") }).end(await result.text());
  });
  await once(domo.listen(0, "127.0.0.1"), "listening");
  t.after(() => (domo.close(), domo.closeAllConnections()));

  const { folder } = await example(t, "hono", { modules: ["hono", "@hono"] });
  const env = { PATH: process.env.PATH, DOMO_BASE_URL: `http://127.0.0.1:${domo.address().port}`, PORT: "0" };
  const service = spawn(process.execPath, ["service.mjs"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => service.kill());
  let log = "";
  for (const stream of [service.stdout, service.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (log += chunk));
  while (!log.includes("\n")) await Promise.race([once(service.stdout, "data"), once(service, "exit").then(() => assert.fail(log))]);
  const origin = log.trim();
  const send = async (path, token, more) => {
    const response = await fetch(origin + path, { headers: token && { Authorization: `Bearer ${token}` }, ...more });
    const body = await response.text();
    return { status: response.status, body: body.startsWith("{") || body.startsWith("[") ? JSON.parse(body) : body };
  };

  // Nine requests of each token at the same time.
  await Promise.all(
    [...instances].flatMap(([token, { users }]) => {
      const all = [...users.values()];
      const csv = `email,title\n${all[5].emailAddress},Chair\n`;
      const plan = send("/plans", token, { method: "POST", body: csv }).then(({ status, body }) => {
        assert.equal(status, 200, JSON.stringify(body));
        assert.deepEqual(body.plan.changes.map(({ action, id }) => [action, id]), [["update", all[5].id]]);
        assert.match(body.text, /title: .*→ Chair|title: Chair/);
      });
      const admins = send("/users?role=admin", token).then(({ body }) => {
        assert.deepEqual(body.map(({ id }) => id), all.filter(({ roleId }) => roleId === 1).map(({ id }) => id));
      });
      const single = all.slice(0, 7).map(async ({ id, displayName }) => assert.equal((await send(`/users/${id}`, token)).body.displayName, displayName));
      return [plan, admins, ...single];
    }),
  );

  const [token] = instances.keys();
  const statuses = async (...requests) => Promise.all(requests.map(async (request) => (await send(...request)).status));
  assert.deepEqual(await statuses(["/users/5", token], ["/users/x", token], ["/users?role=King", token], ["/users/5"], ["/users/5", "unknown"]), [404, 400, 400, 401, 401]);
  const wrong = await send("/plans", token, { method: "POST", body: "email,roleId\nnope,x\n" });
  assert.deepEqual([wrong.status, wrong.body.code, wrong.body.rows[0].row], [400, "INVALID_INPUT", 2]);
  assert.equal((await send("/plans", token, { method: "POST", body: `email\n${"x".repeat(11 * 1024 * 1024)}` })).status, 413);
  instances.get(token).addFault({ status: 429, headers: { "retry-after": "120" }, times: 9 });
  assert.equal((await send("/users/5", token)).status, 429);

  assert.match(log, /GET \/users\/\d+ 200\n/);
  assert.ok(!log.includes(TOKEN), "the log contains a token");
});

// The commands of the workflow, as the runner of GitHub Actions runs them; `gh` is a program that keeps what it was given.
test("github-actions", async (t) => {
  const { mock, folder, baseUrl } = await example(t, "github-actions");
  const { concurrency, jobs } = parse(readFileSync(join(folder, ".github/workflows/people.yml"), "utf8"));
  // No file of a pull request decides which program gets the token, and plans of two pull requests do not wait for each other.
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules", "domo-users", "package.json"), "utf8"));
  for (const [name, { environment, steps }] of Object.entries(jobs)) {
    const install = steps.findIndex(({ run }) => run === `npm install --global --ignore-scripts --no-audit --no-fund domo-users@${version}`);
    assert.ok(install >= 0 && install < steps.findIndex(({ uses }) => uses?.startsWith("actions/checkout@")), name);
    assert.equal(environment, `domo-${name}`);
    for (const { run, env } of steps) if (env?.DOMO_DEVELOPER_TOKEN) assert.doesNotMatch(run, /\b(npm|npx|node)\b/);
  }
  assert.equal(concurrency.group, "domo-users-${{ github.event.pull_request.number || 'apply' }}");
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // The comments that the pull request has are in comments.txt; their ids are printed.
  writeFileSync(join(bin, "gh"), '#!/bin/sh\ncase "$*" in *--paginate*) cat comments.txt 2>/dev/null; exit;; esac\necho "$@" > gh-arguments.txt\n', { mode: 0o755 });
  /** Runs the steps of a job; `values` are those of expressions. Resolves with the exit code of each. */
  const runJob = async (job, values) => {
    const codes = {};
    for (const { name, run, env = {} } of jobs[job].steps) {
      if (run === undefined || run.startsWith("npm install")) continue;
      const value = (expression) => expression.replace(/\$\{\{ (.*?) \}\}/g, (whole, key) => values[key] ?? readFileSync(join(folder, "output.txt"), "utf8").match(/status=(\d+)/)[1]);
      const given = Object.fromEntries(Object.entries(env).map(([key, expression]) => [key, value(expression)]));
      const vars = { PATH: [bin, join(folder, "node_modules", ".bin"), process.env.PATH].join(":"), HOME: folder, GITHUB_OUTPUT: join(folder, "output.txt"), GITHUB_REPOSITORY: "acme/people", DOMO_BASE_URL: baseUrl, ...given };
      codes[name] = await execute("bash", ["-e", "-c", run], { cwd: folder, env: vars }).then(() => 0, (error) => error.code);
    }
    return codes;
  };
  const values = { "vars.DOMO_INSTANCE": "", "secrets.DOMO_DEVELOPER_TOKEN": TOKEN, "github.token": "gh-token", "github.event.pull_request.html_url": "https://github.com/acme/people/pull/7", "github.event.pull_request.number": "7" };
  const comment = () => readFileSync(join(folder, "comment.md"), "utf8");

  assert.deepEqual(await runJob("plan", values), { Plan: 0, Comment: 0, Result: 0 });
  assert.match(comment(), /^<!-- domo-users -->\n### What merging changes in Domo\n~~~~text\n2 changes: 2 creates[^]*\+ Anna Boss <anna\.boss@example\.com>[^]*\n~~~~\n$/);
  assert.equal(readFileSync(join(folder, "gh-arguments.txt"), "utf8"), "pr comment https://github.com/acme/people/pull/7 --body-file comment.md\n");
  assert.equal(mock.users.size, 60);

  assert.deepEqual(await runJob("apply", values), { Apply: 0 });
  assert.equal(mock.users.size, 62);
  assert.equal(readdirSync(folder).filter((name) => /^people\.csv\..*result\.json$/.test(name)).length, 1);

  // A wrong list fails the job, and the comment says why. It replaces the earlier one.
  writeFileSync(join(folder, "comments.txt"), "41\n42\n");
  rmSync(join(folder, "output.txt"));
  writeFileSync(join(folder, "people.csv"), "email,displayName,role\n~~~~,Eve,King\n");
  assert.deepEqual(await runJob("plan", values), { Plan: 0, Comment: 0, Result: 2 });
  assert.match(comment(), /row 2, /);
  assert.equal(readFileSync(join(folder, "gh-arguments.txt"), "utf8"), "api --silent --method PATCH repos/acme/people/issues/comments/41 --field body=@comment.md\n");
  assert.ok(!comment().includes(TOKEN));
});

// tests/page clicks through the page; this is its start as the README says.
test("browser", async (t) => {
  const { baseUrl, folder, node } = await example(t, "browser");
  const start = (script, env) => {
    const child = spawn(process.execPath, [script], { cwd: folder, env: { PATH: process.env.PATH, PORT: "0", ...env }, stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill());
    return child;
  };
  for (const [script, env, count] of [["server.mjs", { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN }, 60], ["demo.mjs", {}, 261]]) {
    const [printed] = await once(start(script, env).stdout.setEncoding("utf8"), "data");
    const url = printed.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
    assert.match(await (await fetch(url)).text(), /<title>People/);
    const { users } = await (await fetch(`${url}/api/identity/v1/users`, { headers: { origin: url } })).json();
    assert.equal(users.length, count);
  }
  // The package decides which addresses are allowed, also those that are copied from a browser.
  for (const [given, host] of [["acme.domo.com/admin/people", "acme.domo.com"], [" acme\n", "acme.domo.com"], ["https://acme.domo.com/page/1?a=b", "acme.domo.com"]]) {
    const [printed] = await once(start("server.mjs", { DOMO_INSTANCE: given, DOMO_DEVELOPER_TOKEN: TOKEN }).stdout.setEncoding("utf8"), "data");
    assert.ok(printed.startsWith(`The people of ${host}: `), printed);
  }
  await assert.rejects(node(["server.mjs"], { DOMO_DEVELOPER_TOKEN: "", DOMO_BASE_URL: "", DOMO_INSTANCE: "acme" }), { code: 1, stderr: /DOMO_DEVELOPER_TOKEN/ });
  await assert.rejects(node(["server.mjs"], { DOMO_DEVELOPER_TOKEN: TOKEN, DOMO_INSTANCE: "a/b", DOMO_BASE_URL: "" }), { code: 1, stderr: /instance must be the name/ });
});

test("every example is tested here and listed in the README", () => {
  const names = readdirSync(join(root, "js-examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const here = readFileSync(import.meta.filename, "utf8");
  const listed = readFileSync(join(root, "js-examples", "README.md"), "utf8");
  const elsewhere = new Set(["jupyter"]); // tests/notebook
  for (const name of names) assert.ok((elsewhere.has(name) || here.includes(`test("${name}"`)) && listed.includes(`\`${name}\``), name);
});
