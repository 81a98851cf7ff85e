// node kill.mjs [TIMES] [SEED]: kills a run of applyChanges at a random point and resumes it, many times.
// Each time the instance must end exactly as planned, with no create sent twice.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { mockDomo } from "../../pkg-template/mock/index.js";
import { random } from "../../pkg-template/mock/people.js";

const [times = 200, seed = 1] = process.argv.slice(2).map(Number);
const next = random(seed);
const script = fileURLToPath(new URL("./run.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "domo-users-kill-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const attributesOf = (user) => Object.fromEntries((user.attributes ?? []).map(({ key, values }) => [key, values[0]]));

/** Returns a plan for the mock's users, and the expected end of each e-mail address: deleted, or with these fields. */
function planFor(mock) {
  const users = [...mock.users.values()];
  const expected = new Map(users.map((user) => [user.emailAddress, { displayName: user.displayName, roleId: user.roleId, title: attributesOf(user).title, boss: attributesOf(user).reportsTo }]));
  const changes = [];
  for (let i = 0; i < 12; i++) {
    const emailAddress = `new.${i}@kill.example`;
    const boss = i % 3 === 1 ? `new.${i - 1}@kill.example` : undefined;
    const attributes = [{ key: "title", values: [`T${i}`] }, ...(boss ? [{ key: "reportsTo", values: [boss] }] : [])];
    changes.push({ action: "create", user: { displayName: `New ${i}`, emailAddress, roleId: 4 }, then: { attributes } });
    expected.set(emailAddress, { displayName: `New ${i}`, roleId: 4, title: `T${i}`, boss });
  }
  users.slice(0, 12).forEach((user, i) => {
    changes.push({ action: "update", id: user.id, changes: { displayName: `Changed ${i}`, roleId: (i % 5) + 1 } });
    Object.assign(expected.get(user.emailAddress), { displayName: `Changed ${i}`, roleId: (i % 5) + 1 });
  });
  users.slice(12, 18).forEach((user) => {
    changes.push({ action: "delete", id: user.id });
    expected.delete(user.emailAddress);
  });
  return { changes, expected };
}

/** Runs until the end, or is killed after this number of milliseconds. */
async function run(args, killAfter) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const begun = performance.now();
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  const { value } = await lines.next();
  const took = performance.now() - begun;
  clearTimeout(timer);
  const [, signal] = await exited;
  return { left: value && JSON.parse(value), took, killed: signal === "SIGKILL" };
}

let [exact, killed, longest] = [0, 0, 0];
for (let time = 0; time < times; time++) {
  const mock = mockDomo({ users: 30, developerToken: "kill", seed: time + 1 });
  const { baseUrl, close } = await mock.listen();
  const { changes, expected } = planFor(mock);
  const home = join(folder, String(time));
  mkdirSync(home);
  const [plan, journal] = ["plan.json", "journal.txt"].map((name) => join(home, name));
  writeFileSync(plan, JSON.stringify(changes));
  if (time === 0) longest = (await run([(await mockDomo({ users: 30, developerToken: "kill" }).listen()).baseUrl, plan, join(home, "rehearsal.txt")])).took;

  const first = await run([baseUrl, plan, journal], next() * longest);
  if (first.killed) {
    killed++;
    // The journal may also lose the end of its last line.
    const whole = readFileSync(journal, { encoding: "utf8", flag: "a+" });
    if (next() < 0.3 && whole.endsWith(";\n") && /(^|\n)done [^\n]*\n$/.test(whole)) writeFileSync(journal, whole.slice(0, -Math.ceil(next() * 8)));
    else if (next() < 0.3 && whole !== "") appendFileSync(journal, "begin 1");
  }
  const { left } = await run([baseUrl, plan, journal]);
  await close();

  const faults = [];
  if (left?.length !== 0) faults.push(`not all was done: ${JSON.stringify(left)}`);
  const creates = mock.requests.filter(({ method, path }) => method === "POST" && path === "/api/identity/v1/users");
  if (creates.length !== 12 || creates.some(({ status }) => status !== 200)) faults.push(`creates: ${creates.map(({ status }) => status)}`);
  const ids = new Map([...mock.users.values()].map((user) => [user.emailAddress, String(user.id)]));
  if (ids.size !== expected.size || mock.users.size !== expected.size) faults.push(`${mock.users.size} users, ${expected.size} expected`);
  for (const user of mock.users.values()) {
    const wanted = expected.get(user.emailAddress);
    const { title, reportsTo } = attributesOf(user);
    const is = { displayName: user.displayName, roleId: user.roleId, title, boss: reportsTo };
    const should = wanted && { ...wanted, boss: ids.get(wanted.boss) ?? wanted.boss };
    if (JSON.stringify(is) !== JSON.stringify(should)) faults.push(`${user.emailAddress}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
  }
  if (faults.length === 0) exact++;
  else console.error(`✗ time ${time}: ${faults.slice(0, 4).join("; ")}`);
}
console.log(`${exact} of ${times} ended exactly as planned; ${killed} were killed half-way, seed ${seed}`);
process.exit(exact === times ? 0 : 1);
