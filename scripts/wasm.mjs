// Compiles the crate to .wasm files, each with the glue of wasm-bindgen.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fail, output, outputAsync, root, runAsync } from "./tools.mjs";

// These replace the flags in .cargo/config.toml.
const COMPILER_FLAGS = [
  "-C target-feature=+simd128",
  // Static data begins where the stack ends. Below 1 MiB, where the default stack ends, an address takes a byte less.
  "-C link-arg=-zstack-size=983040",
  // LLVM's partial redundancy elimination copies code into several branches, which saves no measurable time here and costs one percent of the size.
  "-C llvm-args=-enable-pre=false",
  // Loop strength reduction replaces an index by pointers, which WebAssembly has no use for: no faster, and half a percent larger.
  "-C llvm-args=-disable-lsr",
];

// Listed by name: with --all-features, Node 20 could not load the module.
const FEATURES = ["bulk-memory", "reference-types", "multivalue", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "simd"];
// Only small functions are inlined into their single caller. The first kilobyte of memory is the end of the stack, so nothing is stored there.
const COMMON = ["--one-caller-inline-max-function-size=40", "--low-memory-unused"];
const PASSES = [...COMMON, "-Oz"];
// For the module that most users load. Flattening the control flow before the last round saves one to two percent, and takes half as long again.
const MORE_PASSES = [...COMMON, "-Os", "--flatten", "--rereloop", "-Os", "-Oz"];
// Functions of one module or one generic function are much alike: side by side they compress better.
const FINISH = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--minify-imports-and-exports-and-modules"];

/**
 * Builds one module for each variant. wasm-opt works on one module while cargo compiles the next.
 * @param {Record<string, string[]>} variants folder in target/ → flags for cargo
 * @returns {Promise<Record<string, {wasm: Buffer, glue: string}>>} each module, and the source of `createGlue()`, which each instance needs
 */
export async function buildModules(env, variants) {
  const optimised = [];
  for (const [name, cargoFlags] of Object.entries(variants)) {
    const folder = await compile(env, name, cargoFlags);
    optimised.push(optimise(folder, cargoFlags.length === 0 ? MORE_PASSES : PASSES).then((module) => [name, module]));
  }
  return Object.fromEntries(await Promise.all(optimised));
}

async function compile(env, name, cargoFlags) {
  const folder = join(root, "target", name);
  const flags = ["build", "--release", "--target", "bundler", "--mode", "no-install", "--no-pack", "--no-typescript"];
  // The published module must not contain paths of the machine that built it.
  const cargoHome = env.CARGO_HOME ?? join(homedir(), ".cargo");
  const sysroot = output("rustc", "--print", "sysroot").trim();
  const remappings = {
    [join(cargoHome, "registry", "src")]: "crates",
    [join(sysroot, "lib", "rustlib", "src", "rust")]: "rust", // used if the component rust-src is installed
    [root]: ".",
  };
  const paths = Object.entries(remappings).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  const compilerEnv = { ...env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: [...COMPILER_FLAGS, ...paths].join(" ") };
  const compiled = await runAsync("wasm-pack", ["--quiet", ...flags, "--out-dir", folder, "--out-name", "domo_users", root, ...cargoFlags], {
    env: compilerEnv,
  });
  if (!compiled) fail("wasm-pack failed: see above.");
  return folder;
}

async function optimise(folder, passes) {
  const file = join(folder, "domo-users.wasm");
  const enabled = FEATURES.map((name) => `--enable-${name}`);
  const wasmOpt = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  const names = await outputAsync(process.execPath, [wasmOpt, ...passes, ...FINISH, ...enabled, join(folder, "domo_users_bg.wasm"), "-o", file]);
  if (names === undefined) fail("wasm-opt failed: see above.");
  return { wasm: readFileSync(file), glue: glueFactory(folder, JSON.parse(names)) };
}

const MAX_HOST_FILES = 4;

/** Returns the glue of wasm-bindgen as a function, so that each instance gets its own glue. In the glue, exports have the short names that wasm-opt gave them. */
function glueFactory(folder, { imports, exports }) {
  const short = new Map(exports);
  const glue = readFileSync(join(folder, "domo_users_bg.js"), "utf8");
  const functions = [...glue.matchAll(/^export function (\w+)/gm)].map(([, name]) => name).filter((name) => short.has(name));
  // The files in src/wasm/host/ stay outside the function: they have no state of a single instance.
  const source = (from) => JSON.stringify(join(root, from.replace(/^\.\/snippets\/[^/]+/, "")));
  const hostImports = [...glue.matchAll(/^import .*$/gm)].map(([line]) => line.replace(/'(\.\/snippets\/.*)'/, (_, from) => source(from)));
  const body = glue
    .replace(/^import .*$/gm, "")
    .replace(/^export function/gm, "function")
    .replace(/\bwasm\.(\w+)/g, (all, name) => (short.has(name) ? `wasm.${short.get(name)}` : all));
  if (/^(export|import)\b/m.test(body)) fail("The glue of wasm-bindgen has a new form: adapt scripts/wasm.mjs.");
  // Functions without conversions are imported by the module directly, not through the glue.
  const direct = new Set(imports.map(([from]) => from).filter((from) => from.startsWith("./snippets/")));
  const hostFiles = new Set([...glue.match(/\.\/snippets\/[^']*/g), ...direct]);
  if (hostFiles.size > MAX_HOST_FILES) fail(`src/wasm/host/ has ${hostFiles.size} files; the limit is ${MAX_HOST_FILES}. src/wasm/host.rs explains why.`);
  const nameOf = (from) => `host${[...direct].indexOf(from)}`;
  const importObject = imports.map(([from, name, shortName]) => `${shortName}: ${direct.has(from) ? `${nameOf(from)}.${name}` : name}`);
  // The host enters the module through these exports: the exported functions, and the closures that the host was given.
  const entryPoints = exports.filter(([name]) => functions.includes(name) || name.includes("closure")).map(([, name]) => JSON.stringify(name));
  return `${[...hostImports, ...[...direct].map((from) => `import * as ${nameOf(from)} from ${source(from)};`)].join("\n")}
export function createGlue() {
${body}
const start = (exports) => { __wbg_set_wasm(exports); exports.${short.get("__wbindgen_start")}(); };
return {
  imports: { a: {
    ${importObject.join(",\n    ")}
  } },
  start,
  functions: {
    ${functions.join(",\n    ")}
  },
  entryPoints: [
    ${entryPoints.join(",\n    ")}
  ],
};
}`;
}
