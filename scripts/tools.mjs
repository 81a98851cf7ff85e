// Finds or installs the tools that build and test this package. Imports only Node's own modules, since it runs before npm ci.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where tools are kept between runs. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "domo-users", "tools");

/** Returns the version of a crate in Cargo.lock: wasm-bindgen and its command line must match exactly. */
function lockedVersion(crate) {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  return lock.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`))[1];
}

/** Name of a tool → its crate and the required version. */
export const CARGO_TOOLS = {
  "wasm-bindgen": { crate: "wasm-bindgen-cli", version: lockedVersion("wasm-bindgen") },
  "wasm-pack": { crate: "wasm-pack", version: "0.15.1" },
  "cargo-deny": { crate: "cargo-deny", version: "0.20.2" },
  geckodriver: { crate: "geckodriver", version: "0.37.1" },
};

/** Whether a module is the script that was started. (Node 20.0 has no import.meta.filename.) */
export const isStarted = (url) => Boolean(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(url);

/** Prints an error and ends the process. */
export function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

/** Returns the output of a command; undefined if it cannot be started or fails. */
export function output(command, ...args) {
  const run = spawnSync(command, args, { encoding: "utf8", cwd: root });
  return run.status === 0 ? run.stdout : undefined;
}

/** Returns the path of the first of these commands that is on PATH. */
export const where = (names) => names.map((name) => output("which", name)?.trim()).find(Boolean);

/** Runs a command and returns whether it succeeded. */
export function run(command, args, { env = process.env, cwd = root } = {}) {
  return spawnSync(command, args, { env, cwd, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** Runs a command in parallel with others; resolves with whether it succeeded. */
export const runAsync = async (command, args, options) => (await outputAsync(command, args, { ...options, stdout: "inherit" })) !== undefined;

/** Resolves with the output of a command; undefined if it cannot be started or fails. */
export function outputAsync(command, args, { env = process.env, stdout = "pipe" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd: root, stdio: ["ignore", stdout, "inherit"] });
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk) => (printed += chunk));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code === 0 ? printed : undefined));
  });
}

/** Makes sure that Node 20, Rust with the wasm target and the npm packages are installed. */
export function ensureBasics() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(`Node 20 or later is required; this is ${process.version}. Get it from https://nodejs.org`);
  }
  if (!where(["cargo"])) {
    fail("Rust is required, but cargo was not found. Get it from https://rustup.rs and open a new shell.");
  }
  const rust = output("rustc", "--print", "sysroot")?.trim();
  if (!rust) fail("Rust's stable toolchain is required. Run: rustup toolchain install stable");
  const target = "wasm32-unknown-unknown";
  if (!existsSync(join(rust, "lib", "rustlib", target))) {
    say(`adding Rust's ${target} target`);
    if (!run("rustup", ["target", "add", target])) fail(`rustup could not add the target. Run: rustup target add ${target}`);
  }
  // rustup's minimal profile lacks these. Only tests need them, so a failure is reported by the tests.
  for (const [program, component] of Object.entries({ "cargo-clippy": "clippy", rustfmt: "rustfmt" })) {
    if (!existsSync(join(rust, "bin", program))) run("rustup", ["component", "add", component]);
  }
  if (!isLockInstalled()) {
    say("installing the npm packages (npm ci)");
    if (!run("npm", ["ci", "--no-audit", "--no-fund"])) fail("npm ci failed: see above.");
  }
}

/** Whether node_modules has the versions of package-lock.json, according to npm's own record. */
function isLockInstalled() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const versions = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = versions(record);
  return Object.entries(versions(join(root, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Returns the folder of a tool in the required version, after installing it if necessary; undefined if the tool is on PATH. */
export function ensureCargoTool(name) {
  const { crate, version } = CARGO_TOOLS[name];
  const hasVersion = (path) => (output(path, "--version") ?? "").split(/\s+/).includes(version);
  if (hasVersion(name)) return undefined;
  const home = join(cache, `${crate}-${version}`);
  if (!hasVersion(join(home, "bin", name))) {
    say(`installing ${crate} ${version} with cargo (once; takes some minutes)`);
    const started = Date.now();
    const incomplete = `${home}.incomplete`;
    rmSync(incomplete, { recursive: true, force: true });
    // A tool that runs for seconds is not worth minutes of optimisation.
    const env = {
      ...process.env,
      CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
      CARGO_PROFILE_RELEASE_LTO: "off",
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
      CARGO_PROFILE_RELEASE_DEBUG: "0",
    };
    if (!run("cargo", ["install", `${crate}@${version}`, "--quiet", "--root", incomplete], { env })) {
      fail(`cargo could not install ${crate}: see above.`);
    }
    rmSync(home, { recursive: true, force: true });
    renameSync(incomplete, home);
    say(`installed ${crate} in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return join(home, "bin");
}

/** Returns an environment with these folders in front of PATH. */
export function withPath(folders, env = process.env) {
  return { ...env, PATH: [...folders.filter(Boolean), env.PATH].join(delimiter) };
}

/** Prints a line of progress. */
export function say(message) {
  console.log(`  ${message}`);
}
