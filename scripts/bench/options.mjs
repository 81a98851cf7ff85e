// The options of npm run bench, and how much is measured with them.
import { parseArgs } from "node:util";
import { fail } from "../tools.mjs";

export const SECTIONS = ["import", "calls", "changes", "warm", "sizes"];
const HELP = `npm run bench -- [options]
  --report          also write BENCHMARKS.md and its plots, and update the figures that README.md quotes
  --out FOLDER      write the report to this folder instead, and leave README.md as it is
  --quick           fewer rounds, and at most 100,000 users
  --only a,b        some sections: ${SECTIONS.join(", ")}
  --sizes 1000,2000 other numbers of users; multiples of 1,000
  --rounds N        N rounds of everything`;

const FULL = {
  importRounds: 31, callRounds: 20, sequential: 100, inFlight: 500, width: 16, changes: 10_000, changeRounds: 7,
  warmRounds: 5, sizes: [1000, 10_000, 100_000, 1_000_000], sizeRounds: 7, largeRounds: 5,
};
const QUICK = { ...FULL, importRounds: 7, callRounds: 5, inFlight: 200, changes: 1000, changeRounds: 3, warmRounds: 2, sizes: [1000, 10_000, 100_000], sizeRounds: 3, largeRounds: 1 };

/** Returns the options of the command line; ends the process if they are wrong. */
export function readOptions(args = process.argv.slice(2)) {
  const { values } = parse(args);
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const plan = { ...(values.quick ? QUICK : FULL) };
  if (values.rounds !== undefined) {
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds must be a positive integer; got ${values.rounds}.`);
    for (const name of Object.keys(plan)) if (name.endsWith("Rounds")) plan[name] = rounds;
  }
  if (values.sizes !== undefined) {
    plan.sizes = values.sizes.split(",").map(Number).sort((a, b) => a - b);
    if (plan.sizes.some((size) => !(size > 0) || size % 1000 !== 0)) fail(`--sizes must be multiples of 1,000; got ${values.sizes}.`);
  }
  const only = values.only?.split(",") ?? SECTIONS;
  const unknown = only.find((name) => !SECTIONS.includes(name));
  if (unknown !== undefined) fail(`--only does not know ${unknown}. The sections are ${SECTIONS.join(", ")}.`);
  if (values.report && only.length < SECTIONS.length) fail("--report needs all sections: leave --only out.");
  if (values.out !== undefined && !values.report) fail("--out needs --report.");
  return { ...plan, only, report: values.report, out: values.out, isQuick: values.quick || values.rounds !== undefined || values.sizes !== undefined };
}

function parse(args) {
  const flag = { type: "boolean", default: false };
  const string = { type: "string" };
  try {
    return parseArgs({ args, options: { quick: flag, report: flag, help: flag, out: string, only: string, sizes: string, rounds: string } });
  } catch (error) {
    return fail(`${error.message}\n\n${HELP}`);
  }
}
