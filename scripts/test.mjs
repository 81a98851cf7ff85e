// npm test: sets up, runs every step and ends with `N passed, N failed`.
//   npm test -- --list            the steps
//   npm test -- --only core,types some of them
//   npm test -- --no-browsers     without Chrome and Firefox, which then count as skipped (or DOMO_USERS_SKIP_BROWSERS=1)
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startMock } from "../tests/support/mock-process.mjs";
import { setup } from "./setup.mjs";
import { STEPS, count } from "./steps.mjs";
import { fail, root } from "./tools.mjs";

const { values: flags } = parseArgs({
  options: { list: { type: "boolean" }, only: { type: "string" }, "no-browsers": { type: "boolean" } },
});
if (flags.list) {
  for (const { name, command } of STEPS) console.log(`${name.padEnd(14)}${command.join(" ")}`);
  process.exit(0);
}
const only = flags.only?.split(",");
const unknown = only?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) fail(`No such step: ${unknown.join(", ")}. See npm test -- --list`);
const chosen = STEPS.filter(({ name }) => !only || only.includes(name));
const without = flags["no-browsers"] || process.env.DOMO_USERS_SKIP_BROWSERS === "1";
const wanted = chosen.filter(({ browser }) => !(browser && without));

const begun = Date.now();
const totals = { passed: 0, failed: 0, skipped: chosen.length - wanted.length };
let finished = false;
// The last line is a count whatever ends the run, a failed set-up included.
process.on("exit", () => {
  if (!finished) totals.failed++;
  console.log(`\nin ${Math.round((Date.now() - begun) / 1000)} s${chosen.length > wanted.length ? "; skipped: the browsers" : ""}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
});

let env;
let noBrowsers; // why they cannot run: fails their steps and no others
try {
  env = setup({ tests: true, browsers: wanted.some(({ browser }) => browser) });
} catch (error) {
  noBrowsers = error.message;
  env = setup({ tests: true });
}
const logs = join(root, "target", "test-logs");
mkdirSync(logs, { recursive: true });

const [WAS_OPENED, BEGAN] = [/^Running headless tests in/m, /^running \d+ tests?$/m];
const broken = new Set();
for (const step of wanted) {
  process.stdout.write(`  ${step.name.padEnd(14)}`);
  const from = Date.now();
  const { ok, text } = await attempt(step);
  const { passed, failed, skipped } = count(step.counts, text, ok);
  writeFileSync(join(logs, `${step.name}.log`), text);
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  if (failed > 0) broken.add(step.name);
  const counts = [`${String(passed).padStart(4)} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`];
  const seconds = `${((Date.now() - from) / 1000).toFixed(1)} s`;
  console.log(`${failed > 0 ? "✗" : "✓"}${counts.filter(Boolean).join(", ")}  ${seconds}`);
  if (failed > 0) console.log(`${text.trimEnd()}\n  (also in target/test-logs/${step.name}.log)`);
}
finished = true;
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

/** Runs a step with what it needs around it; whatever hinders it is its failure. */
async function attempt(step) {
  if (broken.has(step.needs)) return { ok: false, text: `not run: ${step.needs} failed` };
  if (step.browser && noBrowsers) return { ok: false, text: noBrowsers };
  let mock;
  try {
    mock = step.mock && (await startMock());
    const came = await runStep(step);
    // A browser that began no test says something of the machine: it is asked once more.
    if (came.ok || !WAS_OPENED.test(came.text) || BEGAN.test(came.text)) return came;
    const again = await runStep(step);
    return { ...again, text: `${came.text}\n  (the browser did not load its page: once more)\n${again.text}` };
  } catch (error) {
    return { ok: false, text: error.message };
  } finally {
    await mock?.stop();
  }
}

function runStep({ command: [program, ...args], env: extra }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...env, ...extra, CARGO_TERM_COLOR: "never", NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("error", (error) => resolve({ ok: false, text: `${program}: ${error.message}` }));
    child.on("close", (code) => resolve({ ok: code === 0, text }));
  });
}
