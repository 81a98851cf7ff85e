// node scripts/layout.mjs: checks the layout of the source code. No module imports itself through others, and no file has more than MAX_LINES lines of shipped code.
// Tests are not counted: modules behind #[cfg(test)], and files named tests.rs.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { root } from "./tools.mjs";

const MAX_LINES = 400;
const CRATES = ["src", "scan/src", "scan/words/src"];
const SCRIPTS = ["pkg-template", "scripts", "src/wasm/host"];

const problems = [];
for (const crate of CRATES) {
  const modules = readCrate(join(root, crate));
  for (const { file, code } of modules.values()) checkLength(file, code);
  for (const cycle of findCycles(modules)) problems.push(`${crate}: import cycle between ${cycle.join(", ")}`);
}
for (const folder of SCRIPTS) {
  for (const file of filesIn(join(root, folder), /\.(js|mjs|d\.ts)$/)) checkLength(file, readFileSync(file, "utf8"));
}
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "No import cycles, no file that is too long." : `${problems.length} problems in the layout of the source code.`);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkLength(file, code) {
  const lines = code.trimEnd().split("\n").length;
  if (lines > MAX_LINES) problems.push(`${relative(root, file)} has ${lines} lines of shipped code; the limit is ${MAX_LINES}`);
}

function filesIn(folder, pattern) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

/** Returns the modules of a crate by their paths, such as "client::search"; the crate itself is "". */
function readCrate(folder) {
  const sources = filesIn(folder, /\.rs$/).map((file) => ({ file, ...shippedCode(readFileSync(file, "utf8")) }));
  const testFiles = new Set(sources.flatMap(({ file, testModules }) => testModules.map((name) => moduleFile(file, name))));
  const shipped = sources.filter(({ file }) => !testFiles.has(file) && !/(^|\/)tests(\.rs$|\/)/.test(relative(folder, file)));
  return new Map(shipped.map(({ file, code }) => [modulePath(folder, file), { file, code }]));
}

function modulePath(folder, file) {
  const path = relative(folder, file).replace(/\.rs$/, "").replace(/(^|\/)mod$/, "");
  return path === "lib" ? "" : path.replaceAll("/", "::");
}

/** Returns the file of a module that is declared in another file. */
function moduleFile(parent, name) {
  const isRoot = ["mod.rs", "lib.rs"].includes(basename(parent));
  const folder = isRoot ? dirname(parent) : parent.replace(/\.rs$/, "");
  const file = join(folder, `${name}.rs`);
  return existsSync(file) ? file : join(folder, name, "mod.rs");
}

/** Removes test modules. Returns the remaining code, and the names of test modules in files of their own. */
function shippedCode(source) {
  const testModules = [];
  let code = source;
  const attribute = /#\[cfg\((?:all\()?test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([^)]*\))? )?mod (\w+)\s*([;{])/;
  for (let match = attribute.exec(code); match !== null; match = attribute.exec(code)) {
    const [text, name, opening] = match;
    if (opening === ";") testModules.push(name);
    const start = match.index;
    const end = opening === ";" ? start + text.length : endOfBlock(code, start + text.length);
    code = code.slice(0, start) + code.slice(end);
  }
  return { code, testModules };
}

/** Returns the offset after the brace that closes a top-level block: rustfmt puts it at the start of a line. */
function endOfBlock(code, start) {
  const end = code.indexOf("\n}", start);
  return end < 0 ? code.length : end + 2;
}

/** Returns the groups of modules that import each other, directly or through others. */
function findCycles(modules) {
  const imports = new Map([...modules].map(([path, { code }]) => [path, importsOf(path, code, modules)]));
  const reachable = new Map([...modules.keys()].map((path) => [path, reach(path, imports)]));
  const cycles = [];
  const seen = new Set();
  for (const path of modules.keys()) {
    if (seen.has(path) || !reachable.get(path).has(path)) continue;
    const cycle = [...modules.keys()].filter((other) => reachable.get(path).has(other) && reachable.get(other).has(path));
    for (const member of cycle) seen.add(member);
    cycles.push(cycle.map((member) => member || "the crate root"));
  }
  return cycles;
}

function reach(start, imports) {
  const reached = new Set();
  const queue = [start];
  while (queue.length > 0) {
    for (const next of imports.get(queue.pop())) {
      if (reached.has(next)) continue;
      reached.add(next);
      queue.push(next);
    }
  }
  return reached;
}

/** Returns the modules that a module names in `use` declarations or in paths that start with crate, super or self. */
function importsOf(path, code, modules) {
  const plain = code.replace(/\/\/.*$/gm, "").replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const names = [...plain.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => flatten(tree));
  names.push(...[...plain.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)].map(([name]) => name));
  const found = names.map((name) => resolve(name, path, modules)).filter((target) => target !== undefined && target !== path);
  return new Set(found);
}

/** Expands a tree of imports: "crate::{a, b::{c, d}}" → crate::a, crate::b::c, crate::b::d. */
function flatten(tree) {
  const compact = tree.replace(/\s+as\s+\w+/g, "").replace(/\s+/g, "");
  const open = compact.indexOf("{");
  if (open < 0) return [compact];
  const prefix = compact.slice(0, open);
  const items = [];
  let [depth, start] = [0, open + 1];
  for (let i = open + 1; i < compact.length; i++) {
    const character = compact[i];
    if (character === "{") depth++;
    const isEnd = depth === 0 && (character === "," || character === "}");
    if (isEnd && i > start) items.push(compact.slice(start, i));
    if (isEnd) start = i + 1;
    if (character === "}") depth--;
  }
  return items.flatMap((item) => flatten(`${prefix}${item}`));
}

/** Returns the module that a name leads to: the longest prefix of the name that is a module; undefined for other crates. */
function resolve(name, path, modules) {
  const [first, ...parts] = name.split("::");
  let base = path === "" ? [] : path.split("::");
  if (first === "crate") base = [];
  else if (first === "super") base = base.slice(0, -1);
  else if (first !== "self") return undefined;
  while (parts[0] === "super") {
    parts.shift();
    base = base.slice(0, -1);
  }
  const full = [...base, ...parts.filter((part) => part !== "self")];
  while (full.length > base.length && !modules.has(full.join("::"))) full.pop();
  return modules.has(full.join("::")) ? full.join("::") : undefined;
}
