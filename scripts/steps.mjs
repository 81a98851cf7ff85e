// The steps of npm test, in order. `needs` names a step that must have passed; `counts` says how tests are counted in the output.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

/** Returns the test files of a folder. Node 20 does not accept patterns; without any file it would run all tests it finds, so a missing file stands for none. */
function testFiles(folder) {
  const path = join(root, "tests", folder);
  const files = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".test.mjs")) : [];
  return (files.length > 0 ? files : ["no-test-file"]).map((name) => join("tests", folder, name));
}

const nodeFiles = (...files) => [process.execPath, "--test", "--test-reporter=tap", ...files];
const nodeTest = (folder) => nodeFiles(...testFiles(folder));
const bin = (name) => join("node_modules", ".bin", name);
const wasmTest = (...flags) => ["wasm-pack", "test", "--mode", "no-install", ...flags];
/** Clippy with the features of a Code Engine file. */
const clippyOf = (feature) => [
  "cargo", "clippy", "--quiet", "--target", "wasm32-unknown-unknown", "--lib", "--no-default-features", "--features", feature, "--", "-D", "warnings",
];

export const STEPS = [
  { name: "layout", command: [process.execPath, "scripts/layout.mjs"] },
  { name: "format", command: ["cargo", "fmt", "--all", "--check"] },
  { name: "clippy", command: ["cargo", "clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"] },
  {
    name: "clippy-wasm",
    command: ["cargo", "clippy", "--quiet", "--target", "wasm32-unknown-unknown", "--lib", "--", "-D", "warnings"],
  },
  { name: "clippy-client", command: clippyOf("client") },
  { name: "clippy-plan", command: clippyOf("directory") },
  { name: "deny", command: ["cargo-deny", "--offline", "check", "licenses", "bans", "sources"] },
  { name: "docs", command: ["cargo", "doc", "--quiet", "--workspace", "--no-deps"], env: { RUSTDOCFLAGS: "-D warnings" } },
  { name: "reference", command: [process.execPath, "scripts/reference/build.mjs"] },
  { name: "core", command: ["cargo", "test", "--workspace"], counts: "rust" },
  { name: "build", command: [process.execPath, "scripts/build.mjs"] },
  { name: "install", command: [process.execPath, "scripts/install.mjs"], needs: "build" },
  { name: "wasm-node", command: wasmTest("--node", "--test", "node"), counts: "rust", mock: true },
  { name: "wasm-chrome", command: wasmTest("--headless", "--chrome", "--test", "browser"), counts: "rust", mock: true, browser: true },
  { name: "wasm-firefox", command: wasmTest("--headless", "--firefox", "--test", "browser"), counts: "rust", mock: true, browser: true },
  { name: "mock", command: nodeTest("mock"), counts: "node" },
  { name: "package", command: nodeTest("package"), counts: "node", needs: "install" },
  { name: "cli", command: nodeTest("cli"), counts: "node", needs: "install" },
  { name: "guides", command: nodeTest("guides"), counts: "node", needs: "install" },
  { name: "codeengine", command: nodeTest("codeengine"), counts: "node", needs: "install" },
  { name: "bundlers", command: nodeTest("bundlers"), counts: "node", needs: "install" },
  { name: "environments", command: nodeTest("environments"), counts: "node", needs: "install" },
  { name: "runtimes", command: nodeTest("runtimes"), counts: "node", needs: "install" },
  { name: "fuzz", command: [process.execPath, "tests/fuzz/wasm.mjs", "20000", "2"], needs: "install" },
  { name: "soak", command: [process.execPath, "--expose-gc", "tests/soak/soak.mjs", "4000", "2"], needs: "install" },
  { name: "kill", command: [process.execPath, "tests/kill/kill.mjs", "10", "2"], needs: "install" },
  { name: "hostile", command: nodeFiles("tests/hostile/node.test.mjs", "tests/hostile/trap.test.mjs"), counts: "node", needs: "install" },
  { name: "hostile-web", command: nodeFiles("tests/hostile/browsers.test.mjs"), counts: "node", needs: "build", browser: true },
  { name: "types", command: [bin("tsc"), "--project", "tests/types"], needs: "build" },
  { name: "examples", command: nodeTest("examples"), counts: "node", needs: "install" },
  { name: "notebook", command: nodeTest("notebook"), counts: "node", needs: "install" },
  { name: "page", command: nodeTest("page"), counts: "node", needs: "install", browser: true },
  { name: "bench", command: nodeTest("bench"), counts: "node", needs: "build" },
  { name: "publint", command: [bin("publint"), "--strict", "pkg"], needs: "build" },
  { name: "attw", command: [bin("attw"), "--pack", "pkg"], needs: "build" },
];

/** Returns the numbers of passed, failed and skipped tests in a step's output. A step without tests counts as one test. */
export function count(kind, log, ok) {
  const sum = (pattern) => [...log.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0);
  const passed =
    kind === "rust" ? sum(/^test result: .*?(\d+) passed/gm) : kind === "node" ? sum(/^# pass (\d+)/gm) : ok ? 1 : 0;
  const failed =
    kind === "rust" ? sum(/^test result: .*?(\d+) failed/gm) : kind === "node" ? sum(/^# fail (\d+)/gm) : ok ? 0 : 1;
  const skipped = kind === "rust" ? sum(/^test result: .*?(\d+) ignored/gm) : kind === "node" ? sum(/^# skipped (\d+)/gm) : 0;
  // A step that fails without a failed test, or runs no test, counts as one failed test.
  return failed === 0 && (!ok || passed === 0) ? { passed, failed: 1, skipped } : { passed, failed, skipped };
}
