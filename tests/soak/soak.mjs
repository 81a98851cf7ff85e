// npm run soak [-- CALLS SEED]: many mixed calls over real HTTP to an instance with random faults of every kind.
// At the end the instance must contain exactly what the calls reported, and this process must hold no leftovers.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { random } from "../../pkg-template/mock/people.js";

const [calls = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const ADMINS = 64;

// The module's memory, captured when the module starts.
let memory;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    memory = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
  }
};
const { domoUsers: { connect } } = await import("../support/installed.mjs");
const { Admin } = await import("./admin.mjs");

const server = spawn(process.execPath, [fileURLToPath(new URL("./server.mjs", import.meta.url)), String(seed)], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const baseUrl = (await lines.next()).value;

const stray = [];
for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, (error) => stray.push(error));

const tally = {};
const next = random(seed);
const admins = Array.from({ length: ADMINS }, (_, index) => {
  // Several clients, as in several parts of a program.
  const domo = connect({ baseUrl, developerToken: "soak", timeoutMs: 1500, maxRetries: 4, headers: { "x-part": String(index % 4) } });
  return new Admin({ domo, next: random(seed * 1000 + index), name: `w${index}`, tally });
});

const samples = [];
const begun = Date.now();
let left = calls;
const sample = () => {
  globalThis.gc?.();
  samples.push({ done: calls - left, rss: process.memoryUsage().rss / 2 ** 20, wasm: memory.buffer.byteLength / 1024 });
};
await Promise.all(
  admins.map(async (admin) => {
    while (left > 0) {
      if (--left % Math.ceil(calls / 20) === 0 && memory) sample();
      await admin.step().catch((error) => stray.push(error));
    }
  }),
);
const seconds = (Date.now() - begun) / 1000;

server.stdin.write("end\n");
const { users, counts, twice } = JSON.parse((await lines.next()).value);
await once(server, "exit");

// ---- what should be there, and what is

const faults = [...stray.map((error) => `stray: ${error?.stack ?? error}`)];
if (twice.length > 0) faults.push(`creates were sent twice: ${twice}`);
const untouched = users.filter(({ emailAddress }) => !emailAddress.endsWith("@soak.example"));
const ours = new Map(users.filter((user) => !untouched.includes(user)).map((user) => [user.id, user]));
if (untouched.length !== 500) faults.push(`${untouched.length} of 500 users that nobody touched`);
const emails = new Set(users.map(({ emailAddress }) => emailAddress.toLowerCase()));
if (emails.size !== users.length) faults.push("an e-mail address is there twice");
let expected = 0;
for (const admin of admins) {
  for (const [id, user] of admin.users) {
    expected++;
    const is = ours.get(id);
    if (!is) faults.push(`lost: ${user.emailAddress}`);
    else if (admin.seen(is) !== JSON.stringify(user)) faults.push(`changed: ${admin.seen(is)}, not ${JSON.stringify(user)}`);
  }
}
if (ours.size !== expected) faults.push(`${ours.size} users where ${expected} should be`);

const warm = samples.slice(Math.floor(samples.length / 2));
const wasm = new Set(warm.map((at) => at.wasm));
if (wasm.size > 1) faults.push(`the module's memory grew: ${[...wasm]} KiB`);
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
// Node's fetch has one timer for its own time limits.
if (timers > 1) faults.push(`${timers} timers are left`);

const table = (title, rows) => console.log(`\n${title}\n${Object.entries(rows).sort().map(([name, n]) => `  ${name.padEnd(40)}${String(n).padStart(8)}`).join("\n")}`);
table("What the instance did", counts);
table("What the calls came to", tally);
const mb = (at) => `${at.rss.toFixed(0)} MB`;
console.log(`\n${calls} calls, ${ADMINS} at a time, seed ${seed}, in ${seconds.toFixed(0)} s`);
console.log(`RSS after the first half ${mb(warm[0])}, at the end ${mb(warm.at(-1))}; the module's memory ${[...wasm]} KiB; ${timers} timers left`);
console.log(`${ours.size} users there, ${expected} expected; ${twice.length} creates sent twice`);
for (const fault of faults.slice(0, 20)) console.error(`✗ ${fault}`);
console.log(faults.length === 0 ? "✓ the instance holds exactly what the calls said" : `✗ ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
