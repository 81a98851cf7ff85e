// Finds or installs the tools that build and test this package. Node's own modules only: this runs before npm ci.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "domo-users", "tools");

/** The version of a crate in Cargo.lock: wasm-bindgen and its command line must match exactly. */
function locked(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  return lock.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))[1];
}

/** name → the crate it comes from and the version we use. */
export const CARGO_TOOLS = {
  "wasm-bindgen": { crate: "wasm-bindgen-cli", version: locked("wasm-bindgen") },
  "wasm-pack": { crate: "wasm-pack", version: "0.15.1" },
  "cargo-deny": { crate: "cargo-deny", version: "0.20.2" },
  geckodriver: { crate: "geckodriver", version: "0.37.1" },
};

/** Whether a module is the script that was started; import.meta.filename is younger than Node 20.0. */
export const isStarted = (url) => Boolean(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(url);

/** Stops with a sentence a person can act on. */
export function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

/** What a command prints; undefined where there is none or it fails. */
export function output(command, ...args) {
  const run = spawnSync(command, args, { encoding: "utf8", cwd: root });
  return run.status === 0 ? run.stdout : undefined;
}

/** The path of the first of these commands that is on PATH. */
export const where = (names) => names.map((name) => output("which", name)?.trim()).find(Boolean);

export function run(command, args, { env = process.env, cwd = root } = {}) {
  return spawnSync(command, args, { env, cwd, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Runs a command while others run; resolves with whether it succeeded. */
export const runAsync = async (command, args, options) => (await outputAsync(command, args, { ...options, stdout: "inherit" })) !== undefined;

/** Resolves with what a command prints; with undefined if it cannot be started or fails. */
export function outputAsync(command, args, { env = process.env, stdout = "pipe" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd: root, stdio: ["ignore", stdout, "inherit"] });
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code === 0 ? text : undefined));
  });
}

/** Node 20, Rust with the wasm target, npm's packages. */
export function ensureBasics() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(`Node 20 or newer is needed; this is ${process.version}. Get it from https://nodejs.org`);
  }
  if (!where(["cargo"])) {
    fail("Rust is needed (cargo was not found). Get it from https://rustup.rs and open a new shell.");
  }
  const rust = output("rustc", "--print", "sysroot")?.trim();
  if (!rust) fail("Rust's stable toolchain is needed: run 'rustup toolchain install stable'.");
  const target = "wasm32-unknown-unknown";
  if (!existsSync(join(rust, "lib", "rustlib", target))) {
    say(`adding Rust's ${target} target`);
    if (!run("rustup", ["target", "add", target])) fail(`rustup could not add the target: run 'rustup target add ${target}'.`);
  }
  // rustup's minimal profile lacks them; only tests need them, and say so themselves.
  for (const [program, component] of Object.entries({ "cargo-clippy": "clippy", rustfmt: "rustfmt" })) {
    if (!existsSync(join(rust, "bin", program))) run("rustup", ["component", "add", component]);
  }
  if (!sameLock()) {
    say("installing npm's packages (npm ci)");
    if (!run("npm", ["ci", "--no-audit", "--no-fund"])) fail("npm ci failed: see above.");
  }
}

/** Whether node_modules holds what package-lock.json says, by the versions in npm's own record. */
function sameLock() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const versions = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = versions(record);
  return Object.entries(versions(join(root, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** The folder of a tool in the version we use, installed if need be. */
export function ensureCargoTool(name) {
  const { crate, version } = CARGO_TOOLS[name];
  const right = (path) => (output(path, "--version") ?? "").split(/\s+/).includes(version);
  if (right(name)) return undefined; // already on PATH
  const home = join(cache, `${crate}-${version}`);
  if (!right(join(home, "bin", name))) {
    say(`installing ${crate} ${version} with cargo (once; some minutes)`);
    const begun = Date.now();
    const half = `${home}.half`;
    rmSync(half, { recursive: true, force: true });
    // A tool that runs for seconds need not be optimised for minutes.
    const env = {
      ...process.env,
      CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
      CARGO_PROFILE_RELEASE_LTO: "off",
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
      CARGO_PROFILE_RELEASE_DEBUG: "0",
    };
    if (!run("cargo", ["install", `${crate}@${version}`, "--quiet", "--root", half], { env })) {
      fail(`cargo could not install ${crate}: see above.`);
    }
    rmSync(home, { recursive: true, force: true });
    renameSync(half, home);
    say(`installed ${crate} in ${Math.round((Date.now() - begun) / 1000)} s`);
  }
  return join(home, "bin");
}

/** The environment in which wasm-pack finds everything. */
export function withPath(folders, env = process.env) {
  return { ...env, PATH: [...folders.filter(Boolean), env.PATH].join(delimiter) };
}

export function say(text) {
  console.log(`  ${text}`);
}
