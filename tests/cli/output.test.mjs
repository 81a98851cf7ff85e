// What commands print: tables that fit, no characters that control a terminal, pipes that close.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import stringWidth from "string-width";
import { COMMAND, CONTROLS, run, scratch, served, TOKEN, withoutColors } from "../support/cli.mjs";

const NAMES = [
  "Ada Lovelace, Countess of a very long name that no terminal shows whole",
  "李小龍李小龍李小龍李小龍李小龍李小龍",
  "営業部 日本太郎 👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
  "שלום עולם ארוך מאוד מאוד מאוד",
  "محمد بن عبد الله بن عبد الرحمن",
  "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 combining marks ❤️🇺🇦1️⃣",
  "می‌خواهم",
];
/** Each of these would do something in a terminal. */
const HOSTILE = "\x1b[2J\x1b]0;title\x07\u009b31mred\u202eabc\u2066\r\n\tEnd\x08\x7f\u2028";
const user = (id, displayName, department) => ({ id, displayName, userName: `u${id}@example.com`, emailAddress: `u${id % 100}@example.com`, roleId: 1, attributes: [{ key: "department", values: [department] }] });
const people = NAMES.map((name, index) => user(1_234_567_001 + index, name, "Research and development of things"));

for (const columns of [40, 80, 200]) {
  test(`a table fits a terminal of ${columns} columns`, async (t) => {
    const { env } = await served(t, { users: people });
    const { code, stdout, stderr } = await run(["list"], { env, terminal: columns });
    assert.equal(code, 0, stderr);
    const [head, ...rows] = withoutColors(stdout).trimEnd().split("\n");
    assert.match(head, columns === 40 ? /^id +displayName +emailAddress$/ : /^id +displayName +emailAddress +role +department/);
    assert.equal(rows.length, people.length, "a line a user");
    for (const line of [head, ...rows]) assert.ok(stringWidth(line) <= columns, `${stringWidth(line)}: ${line}`);
    const start = stringWidth(head.slice(0, head.indexOf("email")));
    for (const [index, row] of rows.entries()) assert.equal(stringWidth(row.slice(0, row.indexOf(`u${index + 1}@`))), start, row);
    assert.deepEqual(rows.map((row) => row.split(" ")[0]), people.map(({ id }) => String(id)), "ids are whole");
    if (columns === 40) assert.match(stderr, /too narrow for role, department, title\./);
    if (columns === 200) for (const name of NAMES) assert.ok(stdout.includes(name), `${name} is cut`);
  });
}

test("get prints whole values on a terminal", async (t) => {
  const long = "x".repeat(500);
  const { env } = await served(t, { users: [user(1, "Ada", long)] });
  const { stdout } = await run(["get", "1"], { env, terminal: 40 });
  assert.match(withoutColors(stdout), /^department +x{500}$/m);
});

test("colours are written only to a terminal that has not refused them", async (t) => {
  const { env } = await served(t, { users: people });
  const isColored = async (options) => (await run(["list"], options)).stdout.includes("\x1b[");
  assert.equal(await isColored({ env, terminal: 80 }), true);
  assert.equal(await isColored({ env }), false);
  assert.equal(await isColored({ env: { ...env, NO_COLOR: "1" }, terminal: 80 }), false);
  assert.equal(await isColored({ env: { ...env, TERM: "dumb" }, terminal: 80 }), false);
  assert.doesNotMatch((await run(["list", "--role", "x"], { env: { ...env, NO_COLOR: "1" }, terminal: { columns: 80, both: true } })).stdout, /\x1b\[/);
  assert.match((await run(["list", "--role", "x"], { env, terminal: { columns: 80, both: true } })).stdout, /\x1b\[31merror:/);
});

test("characters in data never control a terminal, in any form of output", async (t) => {
  const { env } = await served(t, {
    users: [{ ...user(1, `Eve ${HOSTILE}`, HOSTILE), attributes: [{ key: "department", values: [HOSTILE] }, { key: `key${HOSTILE}`, values: [HOSTILE] }] }],
    roles: [{ id: 1, name: `Role ${HOSTILE}`, description: HOSTILE }],
  });
  for (const args of [["list"], ["list", "--json"], ["list", "--csv"], ["get", "1"], ["get", "1", "--json"], ["search", "Eve"], ["roles"], ["roles", "--json"], ["whoami"], ["whoami", "--json"], ["export"], ["export", "--delimiter", "tab"], ["doctor"], ["doctor", "--json"], ["list", "--role", "none"]]) {
    const onTerminal = await run(args, { env, terminal: { columns: 100, both: true } });
    assert.doesNotMatch(withoutColors(onTerminal.stdout), CONTROLS, args.join(" "));
    const inPipe = await run(args, { env });
    const isExact = args.includes("--csv") || args[0] === "export" || args.includes("--json");
    if (!isExact) assert.doesNotMatch(inPipe.stdout, CONTROLS, args.join(" "));
    assert.doesNotMatch(inPipe.stderr, CONTROLS);
  }
});

test("without a terminal, JSON and CSV hold the data as they are, and a row is always one line", async (t) => {
  const { env } = await served(t, { users: [user(1, `Eve ${HOSTILE}`, "Sales")] });
  assert.equal(JSON.parse((await run(["list", "--json"], { env })).stdout)[0].displayName, `Eve ${HOSTILE}`);
  assert.equal(JSON.parse((await run(["get", "1", "--json"], { env, terminal: 80 })).stdout).displayName, `Eve ${HOSTILE}`);
  assert.ok((await run(["export", "--columns", "displayName"], { env })).stdout.includes("\x1b[2J"));
  const { stdout } = await run(["list"], { env });
  assert.equal(stdout.split("\n").length, 2);
  assert.equal(stdout.split("\t").length, 6);
});

test("messages of the instance, arguments and file names never control a terminal", async (t) => {
  const { env, mock, baseUrl } = await served(t);
  const clean = async (args, options) => {
    const { stdout, stderr, code } = await run(args, { env, ...options });
    assert.notEqual(code, 0);
    assert.doesNotMatch(`${stdout}${withoutColors(stderr)}`, CONTROLS, args.join(" "));
    return stderr;
  };
  for (const body of [JSON.stringify({ status: 400, message: HOSTILE, toe: HOSTILE }), HOSTILE, `<html><title>${HOSTILE}</title></html>`]) {
    mock.addFault({ status: 400, body, times: 1 });
    await clean(["get", "1"]);
  }
  const argument = HOSTILE.replaceAll("\0", "");
  await clean(["get", argument]);
  await clean(["get", `${argument}@example.com`]);
  await clean([argument]);
  await clean(["list", `--${argument}`]);
  await clean(["list", "--columns", argument]);
  await clean(["list", "--where", `${argument}=1`]);
  await clean(["list", "--role", argument]);
  await clean(["export", "-o", `missing/${argument}`]);
  await clean(["export", "--dates", argument]);
  await clean(["whoami", "--instance", argument]);
  await clean(["whoami", "--base-url", `${baseUrl}/${argument}`]);
  await clean(["create", "--data", `@${argument}`]);
});

/** Runs the command with a reader that takes the first bytes and closes the pipe. */
function readFirst(args, env) {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  child.stdout.once("data", () => child.stdout.destroy());
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stderr })));
}

test("a reader that closes the pipe early, as head does, is no error", async (t) => {
  const { env } = await served(t, { users: 20_000 });
  for (const args of [["list"], ["list", "--json"], ["list", "--csv"], ["export"]]) {
    assert.deepEqual(await readFirst(args, env), { code: 0, signal: null, stderr: "" }, args.join(" "));
  }
});

test("a full disk behind stdout is an error", { skip: process.platform !== "linux" && "needs /dev/full" }, async (t) => {
  const { env } = await served(t);
  const child = spawn("sh", ["-c", `"$0" "$1" roles > /dev/full`, process.execPath, COMMAND], { env: { ...process.env, ...env } });
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 1);
  assert.match(stderr, /^warning: The output cannot be written: .*ENOSPC/);
});

test("what is not data goes to stderr", async (t) => {
  const { env } = await served(t, { users: people, oddities: { roles: "forbidden" } });
  const { stdout, stderr } = await run(["list", "--columns", "id,role", "--verbose"], { env });
  assert.equal(stdout, people.map(({ id }) => `${id}\t1\n`).join(""));
  assert.match(stderr, /warning: /);
  const cwd = scratch(t);
  const exported = await run(["export", "-o", "p.csv"], { env, cwd });
  assert.equal(exported.stdout, "");
  assert.match(exported.stderr, /The users of 127\.0\.0\.1:\d+ are in p\.csv\./);
  assert.match(readFileSync(join(cwd, "p.csv"), "utf8"), /^id,/);
});
