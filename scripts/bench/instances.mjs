// Whole instances: the jobs of jobs.mjs in one process that has done them before, and by number of users with a process for each measurement.
import { spawn } from "node:child_process";
import { here } from "./servers.mjs";
import { TOPICS, isRight } from "./jobs.mjs";
import { compare, isOurs, number, print, summary, timed } from "./measure.mjs";

const LIMITED = 100_000;
const instanceOf = (options, count) => ({ entry: options.entry, url: `${options.baseUrl}/${count}`, count });
const usersText = (count) => `${count.toLocaleString("en")} users`;

/** Compares the jobs of each topic in this process: a service that runs for hours has compiled its code. */
export async function compareWarm({ rounds, ...options }) {
  const count = Math.min(LIMITED, Math.max(...options.sizes));
  const comparisons = [];
  for (const [topic, { title, jobs }] of Object.entries(TOPICS)) {
    const candidates = {};
    for (const [name, { prepare }] of Object.entries(jobs)) {
      const work = await prepare(instanceOf(options, count));
      candidates[name] = () => timed(async () => {
        const result = await work();
        if (!isRight(topic, count, result)) throw new Error(`${topic} with ${name}: expected ${count} users; got ${result}`);
      });
    }
    const base = Object.keys(jobs).find(isOurs);
    const short = `${title.split(":")[0]}, ${usersText(count)}, process that has done it before`;
    comparisons.push(print(await compare({ id: `${topic}-warm`, title: `${title}; ${usersText(count)}`, short, count, unit: "ms", base, rounds, candidates })));
  }
  return comparisons;
}

/**
 * Measures each job by number of users, each time in a new process. The jobs alternate. A job that fails at a size is not started again at that size.
 * @returns for each topic its title and its points: {name, size, ms, peakMB}, with the samples of all rounds, or {name, size, failure}
 */
export async function measureSizes({ sizes, roundsOf, ...options }) {
  const topics = Object.fromEntries(Object.entries(TOPICS).map(([topic, { title }]) => [topic, { title, sizes, points: [] }]));
  for (const size of sizes) {
    // The server generates small instances once.
    for (const path of ["csv", "api/identity/v1/users"]) await (await fetch(`${options.baseUrl}/${size}/${path}`)).body.pipeTo(new WritableStream());
    const rounds = roundsOf(size);
    for (const [topic, { jobs }] of Object.entries(TOPICS)) {
      for (const [name, { limited, warmOnly }] of Object.entries(jobs)) {
        if (!warmOnly && !(limited && size > LIMITED)) topics[topic].points.push({ name, size, ms: [], peakMB: [] });
      }
    }
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`  ${usersText(size)}: round ${round} of ${rounds}\n`);
      for (const [topic, { points }] of Object.entries(topics)) {
        for (const point of points.filter((point) => point.size === size && !point.failure)) await measure(topic, point, instanceOf(options, size));
      }
    }
  }
  for (const topic of Object.values(topics)) printSizes(topic);
  return topics;
}

async function measure(topic, point, { entry, url, count }) {
  const { code, stdout, stderr } = await runProcess([here("job.mjs"), topic, point.name, entry, url, String(count)]);
  if (code === 0) {
    const { ms, peakMB } = JSON.parse(stdout);
    point.ms.push(ms);
    point.peakMB.push(peakMB);
    return;
  }
  const failure = failureOf(stderr);
  if (failure === undefined) throw new Error(`${topic} with ${point.name}, ${usersText(count)}: ${stderr.slice(-2000)}`);
  Object.assign(point, { failure, ms: [], peakMB: [] });
}

/** Returns why a job cannot be done with so many users; undefined for all other errors. */
function failureOf(stderr) {
  if (/heap out of memory|heap limit|Array buffer allocation failed/i.test(stderr)) return "out of memory";
  return /ERR_STRING_TOO_LONG|Invalid string length|longer than 0x/.test(stderr) ? "string too long" : undefined;
}

function runProcess(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (chunk) => (output[name] += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

function printSizes({ title, points }) {
  console.log(`\n${title}, each time in a new process`);
  const width = Math.max(...points.map(({ name }) => name.length)) + 2;
  for (const { name, size, ms, peakMB, failure } of points) {
    const start = `  ${name.padEnd(width)}${usersText(size).padStart(16)}`;
    const time = summary(ms);
    console.log(failure ? `${start}  ${failure}` : `${start}  ${`${number(time.median / 1000)} s`.padStart(9)}  ${`${number(summary(peakMB).median)} MB`.padStart(9)}   ${number(time.min / 1000)} – ${number(time.max / 1000)} s`);
  }
}
