// The progress of commands that take more than a second.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { run, scratch, served, start, TOKEN, until, withoutColors } from "../support/cli.mjs";

const PIECES = 8;

/** Returns a mock of 300 users behind a gateway that returns the list of all users in pieces, for two seconds. */
async function slowInstance(t) {
  const { mock, baseUrl } = await served(t, { users: 300 });
  const forward = async (request, response) => {
    const { method, url, headers } = request;
    const sent = await buffer(request);
    const answer = await fetch(`${baseUrl}${url}`, { method, headers: { "content-type": "application/json", "x-domo-developer-token": headers["x-domo-developer-token"] }, ...(sent.length > 0 && { body: sent }) });
    const body = Buffer.from(await answer.arrayBuffer());
    const retryAfter = answer.headers.get("retry-after");
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain", ...(retryAfter && { "retry-after": retryAfter }) });
    if (method !== "GET" || !/\/v1\/users(\?|$)/.test(url)) return response.end(body);
    for (let piece = 0; piece < PIECES; piece++) {
      response.write(body.subarray((piece * body.length) / PIECES, ((piece + 1) * body.length) / PIECES));
      await sleep(2000 / PIECES);
    }
    response.end();
  };
  // A command that ends does not wait for its requests.
  const gateway = createServer((request, response) => void forward(request, response).catch(() => response.destroy()));
  await new Promise((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  t.after(() => gateway.close());
  const cwd = scratch(t);
  const [ada, bo, cy] = mock.users.values();
  writeFileSync(join(cwd, "people.csv"), `id,title\n${ada.id},Countess\n`);
  return { mock, ada, bo, cy, here: { cwd, env: { DOMO_BASE_URL: `http://127.0.0.1:${gateway.address().port}`, DOMO_DEVELOPER_TOKEN: TOKEN } } };
}
/** Everything on one terminal. */
const TERMINAL = { columns: 100, both: true };
const LINE = /[1-9]\d*\/(300|299) users (compared )?\| \d+ a second \| [\d.]+ s left/;
/** What stands on the terminal at the end: a line that was drawn again is gone. */
const lastShown = (text) => withoutColors(text).split("\n").map((line) => line.split("\x1b[1G").at(-1)).join("\n");

test("a read of all users shows how far it is, on a terminal only", async (t) => {
  const { here } = await slowInstance(t);
  for (const args of [["export", "-o", "p.csv"], ["list", "--json", "-o", "p.json"], ["list"]]) {
    const { code, stdout } = await run(args, { ...here, terminal: TERMINAL });
    assert.equal(code, 0, stdout);
    assert.match(withoutColors(stdout), LINE, args.join(" "));
    assert.doesNotMatch(lastShown(stdout), /a second/, "the progress is removed from the terminal");
  }
  for (const args of [["export", "-o", "p.csv"], ["list", "--json"]]) assert.doesNotMatch((await run(args, here)).stderr, /a second/);
  const exported = await run(["export"], { ...here, terminal: TERMINAL });
  assert.doesNotMatch(exported.stdout, /a second/);
  assert.match(exported.stdout, /^id,displayName,/);
  const { stdout } = await run(["list", "--json"], { ...here, terminal: TERMINAL });
  assert.doesNotMatch(stdout, /a second/, "the data is written to the same terminal meanwhile");
});

test("plan, apply, update, delete and offboard show how many users they have compared", async (t) => {
  const { here, ada, bo, cy } = await slowInstance(t);
  for (const args of [
    ["plan", "people.csv", "--match-by", "id", "-o", "plan.json"], ["apply", "plan.json", "--yes"], ["undo", "plan.json", "--yes"], ["update", String(ada.id), "title=CEO", "--yes"],
    ["delete", String(bo.id), "--yes"], ["offboard", String(cy.id), "--to", String(ada.id), "--yes"],
  ]) {
    const { code, stdout } = await run(args, { ...here, terminal: TERMINAL });
    assert.equal(code, 0, stdout);
    assert.match(withoutColors(stdout), LINE, args.join(" "));
    assert.doesNotMatch(lastShown(stdout), /a second/, args.join(" "));
  }
});

test("a wait before another attempt is announced on a terminal, if it takes a second or more", async (t) => {
  const { mock, env } = await served(t);
  const fail = () => mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  fail();
  assert.match((await run(["whoami"], { env, terminal: TERMINAL })).stdout, /The instance returned 429\. Trying again in 1\.\d s\./);
  fail();
  const { code, stderr } = await run(["whoami"], { env });
  assert.deepEqual([code, stderr], [0, ""]);
});

test("with --verbose, requests are printed instead of the progress", async (t) => {
  const { here } = await slowInstance(t);
  const { stdout } = await run(["plan", "people.csv", "--match-by", "id", "--verbose"], { ...here, terminal: TERMINAL });
  assert.match(stdout, /GET \/api\/identity\/v1\/users\S* 200/);
  assert.doesNotMatch(stdout, /a second/);
});

test("a second Ctrl-C during the progress leaves the terminal with its cursor", async (t) => {
  const { here, mock } = await slowInstance(t);
  mock.addFault({ method: "PATCH", delayMs: 20_000, times: Infinity });
  const { child, output, ended } = start(["apply", "people.csv", "--match-by", "id", "--yes", "--force"], { ...here, terminal: TERMINAL });
  await until(() => /0\/1 /.test(output.stdout) || /users compared/.test(output.stdout));
  child.stdin.write("\x03");
  await sleep(300);
  child.stdin.write("\x03");
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.ok(stdout.lastIndexOf("\x1b[?25h") > stdout.lastIndexOf("\x1b[?25l"), JSON.stringify(stdout.slice(-300)));
});

test("progress never stands among data that a pipe brings to the terminal", async (t) => {
  const { mock, here } = await slowInstance(t);
  const { code, stdout } = await run(["list", "--columns", "id"], { ...here, terminal: TERMINAL, node: "sh", nodeArgs: ["-c", `"${process.execPath}" "$0" "$@" | cat`] });
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /a second/);
  for (const id of mock.users.keys()) assert.ok(stdout.includes(`${id}\n`), `${id}`);
});

test("the request for the number of users, which only the progress needs, stops nothing and holds nothing up", async (t) => {
  const search = { method: "POST", path: /users\/search/, times: Infinity };
  const limited = await slowInstance(t);
  limited.mock.addFault({ ...search, status: 429, headers: { "retry-after": "120" } });
  const applied = await run(["apply", "people.csv", "--match-by", "id", "--yes"], { ...limited.here, terminal: TERMINAL });
  assert.equal(applied.code, 0, applied.stdout);
  assert.match(withoutColors(applied.stdout), /[1-9]\d* users compared \| \d+ a second/);
  const silent = await slowInstance(t);
  silent.mock.addFault({ ...search, delayMs: 300_000 }); // longer than a test waits for a command
  assert.equal((await run(["list", "-o", "list.csv"], { ...silent.here, terminal: TERMINAL })).code, 0);
});

test("the line fits narrow terminals", async (t) => {
  const { here } = await slowInstance(t);
  for (const columns of [20, 40, 60]) {
    const { stdout } = await run(["export", "-o", "p.csv"], { ...here, terminal: { columns, both: true } });
    const lines = withoutColors(stdout).split(/\r|\n|\x1b\[1G|\x1b\[0K/).map((line) => line.replaceAll(/\x1b\[?[\d?]*[a-zA-Z78]/g, "")).filter((line) => /\d+\/300/.test(line));
    assert.ok(lines.length > 0, JSON.stringify(stdout));
    for (const line of lines) assert.ok(line.length < columns, `${columns}: ${line}`);
    if (columns > 50) assert.match(lines.at(-1), / left$/);
  }
});

test("while the first change is in flight, and while a run waits, the line is about the run", async (t) => {
  const { here, mock } = await slowInstance(t);
  mock.addFault({ method: "PATCH", status: 429, headers: { "retry-after": "2" } });
  const { code, stdout } = await run(["apply", "people.csv", "--match-by", "id", "--yes"], { ...here, terminal: TERMINAL });
  assert.equal(code, 0, stdout);
  assert.match(withoutColors(stdout), /0\/1 \| trying again in \d+\.\d s: The instance returned 429/);
});

test("a response that takes more than a second is shown as awaited, on a terminal only", async (t) => {
  const { mock, env } = await served(t);
  const slow = { delayMs: 2500, times: 1 };
  for (const [args, fault, code] of [[["roles"], {}, 0], [["roles"], { status: 400 }, 1], [["get", "7"], { drop: true, times: 3 }, 1]]) {
    mock.addFault({ ...slow, ...fault });
    const shown = await run(args, { env, terminal: TERMINAL });
    assert.equal(shown.code, code, shown.stdout);
    assert.match(withoutColors(shown.stdout), /waiting for the response \| \d\.\d s/);
    assert.doesNotMatch(lastShown(shown.stdout), /waiting for/, "the line is removed");
  }
  mock.addFault(slow);
  assert.equal((await run(["roles"], { env })).stderr, "");
});

test("a request without any response leaves no line behind, and the command ends", async (t) => {
  const { mock, here } = await slowInstance(t);
  const doctor = await run(["doctor", "--base-url", "http://127.0.0.1:9"], { ...here, terminal: TERMINAL });
  assert.equal(doctor.code, 1, doctor.stdout);
  const plan = { changes: [{ action: "delete", id: [...mock.users.keys()].at(-1) }], unchanged: 0, warnings: [] };
  writeFileSync(join(here.cwd, "plan.json"), JSON.stringify(plan));
  mock.addFault({ path: /users\/me/, drop: true, times: Infinity });
  const { child, output, ended } = start(["apply", "plan.json"], { ...here, terminal: TERMINAL });
  await until(() => output.stdout.includes("Type the number"));
  await sleep(2500); // longer than the delay of the line
  child.stdin.write("no\n");
  const { code, stdout } = await ended;
  assert.equal(code, 1);
  assert.doesNotMatch(stdout.slice(stdout.indexOf("Type the number")), /waiting for/);
});
