// One job on an instance, in its own process: prints the duration and the peak memory.
//   node job.mjs <topic> <candidate> <pkg/node.js> <url of the instance> <number of users>
import { existsSync, readFileSync } from "node:fs";
import { TOPICS, isRight } from "./jobs.mjs";

const [topic, candidate, entry, url, users] = process.argv.slice(2);
const count = Number(users);
const work = await TOPICS[topic].jobs[candidate].prepare({ entry, url, count });
const start = performance.now();
const result = await work();
const ms = performance.now() - start;
if (!isRight(topic, count, result)) throw new Error(`${topic} with ${candidate}: expected ${count} users; got ${result}`);
// On Linux, maxRSS includes the parent process; VmHWM does not.
const own = existsSync("/proc/self/status") && readFileSync("/proc/self/status", "utf8").match(/VmHWM:\s*(\d+)/);
const peakMB = (Number(own?.[1] ?? process.resourceUsage().maxRSS) * 1024) / 1e6;
console.log(JSON.stringify({ ms, peakMB }));
