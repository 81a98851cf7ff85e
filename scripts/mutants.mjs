// npm run mutants: changes the Rust code in thousands of small ways (mutants) and reports the changes that no test notices.
//   npm run mutants                          all mutants; takes many hours
//   npm run mutants -- --sample 50           one mutant in 50
//   npm run mutants -- --sample 50 --seed 7  another sample of the same size
// Uses cargo-mutants with .cargo/mutants.toml, which leaves out the host layer, src/wasm. Each mutant is tested by the tests of its own package.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, output, root, run } from "./tools.mjs";

const VERSION = "27.1.0"; // the version that this script was tested with
const HELP = `Install cargo-mutants with: cargo install cargo-mutants@${VERSION} --locked`;
const TIMEOUT_SECONDS = 60;

const { sample, seed } = readOptions();
if (output("cargo", "mutants", "--version") === undefined) fail(`cargo-mutants was not found. ${HELP}`);

const folder = join(root, "target", "mutants");
rmSync(folder, { recursive: true, force: true });
const shard = sample === 1 ? [] : ["--shard", `${seed % sample}/${sample}`, "--sharding", "round-robin"];
const args = ["mutants", "--workspace", "--timeout", String(TIMEOUT_SECONDS), "--colors", "never", "--output", folder, ...shard];
// Fewer cases for each property test: a mutant that survives 64 random inputs seldom fails the next 200.
const env = { ...process.env, PROPTEST_CASES: process.env.PROPTEST_CASES ?? "64" };
// The exit status also reports survivors, which the summary below lists, so only the results count.
run("cargo", args, { env });

const { outcomes } = readResults();
const baseline = outcomes.find(({ scenario }) => scenario === "Baseline");
if (baseline && baseline.summary !== "Success") fail(`The tests fail without any mutant: see ${join(folder, "mutants.out", "log")}.`);
printSummary(outcomes.filter(({ scenario }) => scenario !== "Baseline"));

function readOptions() {
  try {
    const { values } = parseArgs({ options: { sample: { type: "string", default: "1" }, seed: { type: "string", default: "0" } } });
    return { sample: integer("sample", values.sample, 1), seed: integer("seed", values.seed, 0) };
  } catch (error) {
    return fail(`${error.message}\nUsage: npm run mutants [-- --sample N --seed S]`);
  }
}

function integer(name, value, min) {
  if (!/^\d{1,9}$/.test(value) || Number(value) < min) throw new TypeError(`--${name} must be an integer from ${min}; got ${value}`);
  return Number(value);
}

function readResults() {
  try {
    return JSON.parse(readFileSync(join(folder, "mutants.out", "outcomes.json"), "utf8"));
  } catch (error) {
    return fail(`cargo mutants wrote no results (${error.message}): see above. ${HELP}`);
  }
}

/** Prints the share of caught mutants per package, then the survivors. A mutant that never ends is caught; one that does not compile is not counted. */
function printSummary(mutants) {
  const packages = new Map();
  const survivors = [];
  for (const { scenario, summary } of mutants) {
    const { package: name, name: description } = scenario.Mutant;
    const counts = packages.get(name) ?? { caught: 0, survived: 0, uncompilable: 0 };
    packages.set(name, counts);
    if (summary === "CaughtMutant" || summary === "Timeout") counts.caught++;
    else if (summary === "MissedMutant") {
      counts.survived++;
      survivors.push(description);
    } else counts.uncompilable++;
  }
  console.log(`\n${"package".padEnd(20)}   caught   survived   share   do not compile`);
  for (const [name, { caught, survived, uncompilable }] of packages) {
    const share = caught + survived === 0 ? "–" : `${((100 * caught) / (caught + survived)).toFixed(1)} %`;
    console.log(`${name.padEnd(20)}${String(caught).padStart(9)}${String(survived).padStart(11)}${share.padStart(8)}${String(uncompilable).padStart(17)}`);
  }
  if (survivors.length > 0) console.log(`\nSurvivors (changes that no test noticed):\n${survivors.map((description) => `  ${description}`).join("\n")}`);
  console.log(`\nDiffs and logs: ${join(folder, "mutants.out")}`);
}
