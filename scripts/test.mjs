// npm test: sets up, runs every step and ends with `N passed, N failed`.
//   npm test -- --list            the steps
//   npm test -- --only core,types some of them
//   npm test -- --no-browsers     without Chrome and Firefox, which then count as skipped
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
const wanted = chosen.filter(({ browser }) => !(browser && flags["no-browsers"]));

const begun = Date.now();
const env = setup({ browsers: wanted.some(({ browser }) => browser) });
const logs = join(root, "target", "test-logs");
mkdirSync(logs, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: chosen.length - wanted.length };
const broken = new Set();
for (const step of wanted) {
  if (step.needs && broken.has(step.needs)) {
    console.log(`- ${step.name.padEnd(14)} not run: ${step.needs} failed`);
    totals.failed++;
    continue;
  }
  const from = Date.now();
  const mock = step.mock ? await startMock() : undefined;
  const { ok, text } = await runStep(step);
  await mock?.stop();
  const { passed, failed } = count(step.counts, text, ok);
  writeFileSync(join(logs, `${step.name}.log`), text);
  totals.passed += passed;
  totals.failed += failed;
  if (failed > 0) broken.add(step.name);
  const seconds = `${((Date.now() - from) / 1000).toFixed(1)} s`;
  console.log(`${failed > 0 ? "✗" : "✓"} ${step.name.padEnd(14)}${String(passed).padStart(4)} passed${failed > 0 ? `, ${failed} failed` : ""}  ${seconds}`);
  if (failed > 0) console.log(`${text.split("\n").slice(-120).join("\n")}\n  (all of it: target/test-logs/${step.name}.log)`);
}
console.log(`\nin ${Math.round((Date.now() - begun) / 1000)} s${totals.skipped > 0 ? `; skipped: the browsers` : ""}`);
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ""}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

function runStep({ command: [program, ...args], env: extra }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...env, ...extra, CARGO_TERM_COLOR: "never", NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    child.on("error", (error) => resolve({ ok: false, text: `${program}: ${error.message}` }));
    child.on("close", (code) => resolve({ ok: code === 0, text }));
  });
}
