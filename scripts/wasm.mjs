// The crate as a small .wasm, with wasm-bindgen's glue around it.
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { namedByLikeness } from "./order.mjs";
import { fail, output, root, run } from "./tools.mjs";

// By name: --all-features would make a module that Node 20 cannot load.
const FEATURES = ["bulk-memory", "reference-types", "multivalue", "mutable-globals", "nontrapping-float-to-int", "sign-ext", "simd"];

// Taken apart and put together again, it gets smaller than as it came. Nothing of ours lies in the first kilobyte, the far end of the
// stack.
const PASSES = ["--low-memory-unused", "-Os", "--flatten", "--rereloop", "-Os", "-Oz", "--converge", "--reorder-functions-by-name"];

/**
 * @param {string} name of the folder in target/
 * @param {string[]} cargoFlags such as --no-default-features
 * @returns {Promise<{wasm: Buffer, glue: string}>} the module, and the source of `createGlue()`, which an instance of it needs
 */
export async function buildWasm(env, name, ...cargoFlags) {
  const made = join(root, "target", name);
  const file = join(made, "domo-users.wasm");
  const flags = ["build", "--release", "--target", "bundler", "--mode", "no-install", "--no-pack", "--no-typescript"];
  // No path of this machine belongs into what is published.
  const cargoHome = env.CARGO_HOME ?? join(homedir(), ".cargo");
  const paths = `--remap-path-prefix=${join(cargoHome, "registry", "src")}=crates --remap-path-prefix=${root}=.`;
  // These stand in for those of .cargo/config.toml.
  const building = { ...env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: `-C target-feature=+simd128 ${paths}` };
  if (!run("wasm-pack", ["--quiet", ...flags, "--out-dir", made, "--out-name", "domo_users", root, ...cargoFlags], { env: building })) {
    fail("wasm-pack failed: see above.");
  }
  await silencePanics(join(made, "domo_users_bg.wasm"), file);
  optimise(file, "--one-caller-inline-max-function-size=40", ...PASSES, "--strip-debug", "--strip-producers");
  const names = JSON.parse(optimise(file, "--minify-imports-and-exports-and-modules"));
  for (let time = 0; time < 2; time++) { // like stands beside like once more: the best order depends on the one before
    writeFileSync(file, namedByLikeness(readFileSync(file)));
    optimise(file, "--reorder-functions-by-name", "--strip-debug");
  }
  return { wasm: readFileSync(file), glue: glueFactory(made, names) };
}

/**
 * A panic here is a trap, and its words go nowhere: the functions that would put them together trap at once instead,
 * which is a twelfth of the module, and what they would have said is blanked. Nothing of ours formats by core::fmt.
 * So does what is never reached.
 */
async function silencePanics(from, to) {
  const { default: binaryen } = await import("binaryen"); // installed by setup
  const module = binaryen.readBinary(readFileSync(from));
  const words =
    /\b(core|std|alloc)\[\w+\]::(fmt|panicking)::|slice_index_fail|slice_error_fail|panic_(already|access)|fmt::Write>::|panic::PanicPayload>::|any::Any>::type_id|default_alloc_error_hook|wasm_bindgen(\[\w+\])?::throw_str|(expect|unwrap)_failed|handle_(alloc_)?error|capacity_overflow|rust_begin_unwind|__rust_end_short_backtrace|_fmt_inner/;
  const entered = Array.from({ length: module.getNumExports() }, (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)).name);
  // The name of an entrance ends with the hash in the name of its function.
  const isEntered = (name) => entered.some((exported) => exported.endsWith(name.match(/h[0-9a-f]{16}/)?.[0]));
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const reference = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(reference);
    if (!base && (words.test(name) || (UNREACHED.test(name) && !isEntered(name)))) binaryen.Function(reference).body = module.unreachable();
  }
  // Nobody enters by what the glue does not know.
  const glue = readFileSync(from.replace(/\.wasm$/, ".js"), "utf8");
  for (const name of entered) {
    if (name !== "__wbindgen_start" && !new RegExp(`\\bwasm\\.${name}\\b`).test(glue)) module.removeExport(name);
  }
  binaryen.setDebugInfo(true); // the functions' names, by which they are put in order first
  const binary = Buffer.from(module.emitBinary());
  for (let index = 0; index < module.getNumDataSegments(); index++) {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    const at = binary.indexOf(Buffer.from(data));
    if (at >= 0) blankWords(binary.subarray(at, at + data.byteLength), offset);
  }
  writeFileSync(to, binary);
}

/**
 * What only a table still names, as wasm-opt cannot tell: the host enters closures by what is exported; of a closure behind a reference
 * nobody calls the variant that consumes it (nothing here boxes an FnOnce); and no export suspends the stack.
 */
const UNREACHED = /convert::closures::_::invoke::|call_once\{\{vtable\.shim\}\}|js_sys(\[\w+\])?::futures::jspi::(task_waker|SpawnedTask|spawn_promising)/;

/** Of the panics of the standard library and of wasm-bindgen, and the table from which core::fmt would take digits. */
const PANICS =
  /slice index starts at | but ends at |range (start|end) index | out of range for slice of length |cannot access a Thread Local Storage value during or after destruction: |copy_from_slice: source slice length \(|\) does not match destination slice length \(|(insertion|removal) index \(is |\) should be <=? len \(is |attempt to join into collection with len > usize::MAX|internal error: entered unreachable code|Tried to shrink to a larger capacity|LazyCell instance has previously been poisoned|`async fn` resumed after completion|RefCell already (mutably )?borrowed|capacity overflow|assertion `left | right` failed(: )?|\n {1,2}(left|right): |finish: (callbacks should be Some|result should be None)|reentrant init|mid > len|closure invoked recursively or after being dropped|Attempted to initialize thread-local while it is being dropped|called `(Result|Option)::unwrap(_throw)?\(\)` on (an `Err`|a `None`) value|Map key is not a string and cannot be an object key|(Access|Layout)Error|(00010203\d{192})/g;

/** The places in the source that panics would have named, {text, length, line, column}, and the names of the files; and what some say. */
function blankWords(data, offset) {
  const names = [];
  for (let at = 0; at + 16 <= data.length; at += 4) {
    const [text, length, line, column] = [0, 4, 8, 12].map((more) => data.readUInt32LE(at + more));
    const begin = text - offset;
    if (begin < 0 || length > 200 || begin + length > data.length || line > 20_000 || column > 500) continue;
    if (!/^[\w/.+-]+\/[\w/.+-]+\.rs$/.test(data.toString("latin1", begin, begin + length))) continue;
    data.fill(0, at, at + 16);
    names.push([begin, begin + length]);
  }
  for (const name of names) data.fill(0, ...name);
  for (const { index, 0: text } of data.toString("latin1").matchAll(PANICS)) data.fill(0, index, index + text.length);
}

const MOST_TALKERS = 4;

function optimise(file, ...flags) {
  const enabled = FEATURES.map((name) => `--enable-${name}`);
  const wasmOpt = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  return output(process.execPath, wasmOpt, ...flags, ...enabled, file, "-o", file) ?? fail("wasm-opt failed.");
}

/** wasm-bindgen's glue as a function, so that a fresh instance gets fresh glue; it uses the short names that wasm-opt gave. */
function glueFactory(made, { imports, exports }) {
  const short = new Map(exports);
  const glue = readFileSync(join(made, "domo_users_bg.js"), "utf8");
  const functions = [...glue.matchAll(/^export function (\w+)/gm)].map(([, name]) => name).filter((name) => short.has(name));
  // src/js/host/ stays outside: it holds nothing of an instance.
  const source = (from) => JSON.stringify(join(root, from.replace(/^\.\/snippets\/[^/]+/, "")));
  const talking = [...glue.matchAll(/^import .*$/gm)].map(([line]) => line.replace(/'(\.\/snippets\/.*)'/, (_, from) => source(from)));
  const body = glue
    .replace(/^import .*$/gm, "")
    .replace(/^export function/gm, "function")
    .replace(/\bwasm\.(\w+)/g, (all, name) => (short.has(name) ? `wasm.${short.get(name)}` : all));
  if (/^(export|import)\b/m.test(body)) fail("wasm-bindgen's glue has a new shape: scripts/wasm.mjs must learn it.");
  // What needs no conversion, the module imports from there itself.
  const direct = new Set(imports.map(([from]) => from).filter((from) => from.startsWith("./snippets/")));
  const talkers = new Set([...glue.match(/\.\/snippets\/[^']*/g), ...direct]);
  if (talkers.size > MOST_TALKERS) fail(`${talkers.size} files talk to the host, ${MOST_TALKERS} may: src/js/host.rs says why.`);
  const nameOf = (from) => `host${[...direct].indexOf(from)}`;
  const given = imports.map(([from, name, shortName]) => `${shortName}: ${direct.has(from) ? `${nameOf(from)}.${name}` : name}`);
  // By these the host enters the module: our functions, and the closures that it was given.
  const entrances = exports.filter(([name]) => functions.includes(name) || name.includes("closure")).map(([, name]) => JSON.stringify(name));
  return `${[...talking, ...[...direct].map((from) => `import * as ${nameOf(from)} from ${source(from)};`)].join("\n")}
export function createGlue() {
${body}
const begin = (exports) => { __wbg_set_wasm(exports); exports.${short.get("__wbindgen_start")}(); };
return { imports: { a: { ${given} } }, begin, functions: { ${functions} }, entrances: [${entrances}] };
}`;
}
