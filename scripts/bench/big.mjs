// One job on a large instance, in its own process: prints the duration and the peak memory.
//   node big.mjs nothing|fetch|stream|export|plan|stream-rival|export-rival|plan-rival <pkg/node.js> <baseUrl> <count>
import { existsSync, readFileSync } from "node:fs";
import { exportOnBytes, planOnBytes, streamOnBytes } from "./bytes-rival.mjs";
import { COLUMNS } from "./people.mjs";

const [job, entry, baseUrl, count] = process.argv.slice(2);
const { connect } = await import(entry);
const domo = connect({ baseUrl: `${baseUrl}/${count}`, developerToken: "token" });
const users = async () => (await fetch(`${baseUrl}/${count}/api/identity/v1/users`)).body;
const jobs = {
  nothing: async () => 0,
  /** The memory that fetch itself uses. */
  async fetch() {
    for await (const chunk of await users()) if (!chunk) return;
    return Number(count);
  },
  async stream() {
    let users = 0;
    for await (const user of domo.streamUsers({ parts: "DETAILED" })) users += user.id > 0 ? 1 : 0;
    return users;
  },
  async export() {
    let bytes = 0;
    for await (const chunk of domo.exportUsersCsv({ columns: COLUMNS })) bytes += chunk.length;
    return bytes;
  },
  async plan() {
    const { body } = await fetch(`${baseUrl}/${count}/csv`);
    const { changes, unchanged } = await domo.planUsers(body);
    if (changes.length > 0) throw new Error("the plan should be empty");
    return unchanged;
  },
  async "stream-rival"() {
    let all = 0;
    await streamOnBytes(await users(), (user) => (all += user.id > 0 ? 1 : 0));
    return all;
  },
  async "export-rival"() {
    let bytes = 0;
    await exportOnBytes(COLUMNS, await users(), (chunk) => (bytes += chunk.length));
    return bytes;
  },
  async "plan-rival"() {
    const csv = new Uint8Array(await (await fetch(`${baseUrl}/${count}/csv`)).arrayBuffer());
    if ((await planOnBytes(csv, await users())) > 0) throw new Error("the plan should be empty");
    return Number(count);
  },
};
const start = performance.now();
const result = await jobs[job]();
if (job !== "nothing" && !job.startsWith("export") && result !== Number(count)) throw new Error(`expected ${count} users; got ${result}`);
const ms = performance.now() - start;
// On Linux, maxRSS includes the parent process; VmHWM does not.
const own = existsSync("/proc/self/status") && readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s*(\d+)/);
const peakMB = Number(own?.[1] ?? process.resourceUsage().maxRSS) / 1024;
console.log(JSON.stringify({ job, count: Number(count), result, ms, peakMB }));
