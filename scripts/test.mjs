// npm test: sets up, runs every step and ends with `N passed, N failed`.
//   npm test -- --list             lists the steps
//   npm test -- --only core,types  runs some steps
//   npm test -- --no-browsers      skips the steps with Chrome and Firefox (or set DOMO_USERS_SKIP_BROWSERS=1)
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
if (unknown.length > 0) fail(`Unknown steps: ${unknown.join(", ")}. List all steps with: npm test -- --list`);
const chosen = STEPS.filter(({ name }) => !only || only.includes(name));
const skipBrowsers = flags["no-browsers"] || process.env.DOMO_USERS_SKIP_BROWSERS === "1";
const toRun = chosen.filter(({ browser }) => !(browser && skipBrowsers));

const started = Date.now();
const totals = { passed: 0, failed: 0, skipped: chosen.length - toRun.length };
let finished = false;
// The last line is the count, however the run ends, also after a failed set-up.
process.on("exit", () => {
  if (!finished) totals.failed++;
  console.log(`\nin ${Math.round((Date.now() - started) / 1000)} s${chosen.length > toRun.length ? "; the browser steps were skipped" : ""}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
});

let env;
let browserError; // why browsers cannot run; fails only their steps
try {
  env = setup({ tests: true, browsers: toRun.some(({ browser }) => browser) });
} catch (error) {
  browserError = error.message;
  env = setup({ tests: true });
}
const logs = join(root, "target", "test-logs");
mkdirSync(logs, { recursive: true });

const [BROWSER_STARTED, TESTS_STARTED] = [/^Running headless tests in/m, /^running \d+ tests?$/m];
const failedSteps = new Set();
for (const step of toRun) {
  process.stdout.write(`  ${step.name.padEnd(14)}`);
  const stepStarted = Date.now();
  const { ok, log } = await runWithSetup(step);
  const { passed, failed, skipped } = count(step.counts, log, ok);
  writeFileSync(join(logs, `${step.name}.log`), log);
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  if (failed > 0) failedSteps.add(step.name);
  const counts = [`${String(passed).padStart(4)} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`];
  const seconds = `${((Date.now() - stepStarted) / 1000).toFixed(1)} s`;
  console.log(`${failed > 0 ? "✗" : "✓"}${counts.filter(Boolean).join(", ")}  ${seconds}`);
  if (failed > 0) console.log(`${log.trimEnd()}\n  (also in target/test-logs/${step.name}.log)`);
}
finished = true;
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

/** Runs a step with the mock server it needs. Everything that prevents the step from running counts as its failure. */
async function runWithSetup(step) {
  if (failedSteps.has(step.needs)) return { ok: false, log: `not run: ${step.needs} failed` };
  if (step.browser && browserError) return { ok: false, log: browserError };
  let mock;
  try {
    mock = step.mock && (await startMock());
    const first = await runStep(step);
    // If the browser started but ran no test, the cause is the machine, not the tests: the step runs once more.
    if (first.ok || !BROWSER_STARTED.test(first.log) || TESTS_STARTED.test(first.log)) return first;
    const second = await runStep(step);
    return { ...second, log: `${first.log}\n  (the browser did not load its page: second attempt)\n${second.log}` };
  } catch (error) {
    return { ok: false, log: error.message };
  } finally {
    await mock?.stop();
  }
}

function runStep({ command: [program, ...args], env: extra }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...env, ...extra, CARGO_TERM_COLOR: "never", NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += chunk));
    child.on("error", (error) => resolve({ ok: false, log: `${program}: ${error.message}` }));
    child.on("close", (code) => resolve({ ok: code === 0, log }));
  });
}
