// npm run build: compiles the crate to WebAssembly and bundles it into pkg/, ready for npm pack.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { copyDocuments } from "./documents.mjs";
import { setup } from "./setup.mjs";
import { toIdeographs } from "../pkg-template/src/ideographs.js";
import { fail, output, root } from "./tools.mjs";
import { buildModules } from "./wasm.mjs";

// Bytes of the whole module, compressed with brotli. The aim is 120 KB; the functions for plans brought more than that.
const WASM_LIMIT = 150 * 1024;
const CODE_ENGINE_LIMIT = 100_000; // characters of a file that Code Engine's editor accepts

const env = setup();
const { build } = await import("esbuild"); // installed by setup, like the next one
const { compress } = await import("lzma1");
const { buildCli } = await import("./cli.mjs");
const template = join(root, "pkg-template");
const pkg = join(root, "pkg");
// In the Code Engine modules, the crate that is otherwise built for speed is built for size.
const SMALL = ["--config", 'profile.release.package.domo-users-scan.opt-level="z"'];
// Code Engine's editor limits the length of a file, so each of the two files has a module with only the features it needs.
const {
  "wasm-pack": whole,
  "wasm-pack-client": client,
  "wasm-pack-directory": directory,
} = await buildModules(env, {
  "wasm-pack": [],
  "wasm-pack-client": ["--no-default-features", "--features", "client", ...SMALL],
  "wasm-pack-directory": ["--no-default-features", "--features", "directory", ...SMALL],
});

// ---- the JavaScript around the module

// Every closure of the glue is freed when its promise settles. Registering each for finalisation would cost more than everything else it does.
const GLUE_GLOBALS = { FinalizationRegistry: "undefined" };

/** Returns bytes as base64 strings, one per line: Node prints the source line of an uncaught error, and editors are slow with long lines. Shorter lines take longer to parse. */
const inlined = (bytes) => `fromBase64([\n${bytes.toString("base64").replace(/.{1,500}/g, '"$&",\n')}].join(""))`;
const base64 = 'import { fromBase64 } from "./base64.js";';
/** Where the bytes of the module come from: inlined; a second file, loaded at first use; compressed and inlined as ideographs; or a file that the runtime compiles. */
const SOURCES = {
  inlined: ({ wasm }) => `${base64}\nexport const source = () => ${inlined(wasm)};`,
  secondFile: () => 'export const source = () => require("./inlined.cjs").source();',
  ideographs: ({ wasm }) => `
    import { decompress } from "./lzma.js";
    import { fromIdeographs } from "./ideographs.js";
    export const source = () => decompress(fromIdeographs("${toIdeographs(compress(wasm, 9))}"));`,
  imported: () => 'import module from "./domo-users.wasm";\nexport const source = () => module;',
};

const hostGaps = [join(template, "src", "host-gaps.js")];

const domoUsers = (source, module = whole) => ({
  name: "domo-users",
  setup(plugins) {
    const contents = { glue: module.glue, wasm: SOURCES[source](module) };
    plugins.onResolve({ filter: /^domo-users:/ }, ({ path }) => ({ path: path.slice(11), namespace: "domo-users" }));
    plugins.onLoad({ filter: /.*/, namespace: "domo-users" }, ({ path }) => ({
      contents: contents[path],
      resolveDir: join(template, "src"),
    }));
  },
});

function bundle(entry, outfile, format, { source, ...options } = {}) {
  return build({
    entryPoints: [join(template, entry)],
    absWorkingDir: root,
    outfile: join(pkg, outfile),
    bundle: true,
    format,
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["*.wasm", "./inlined.cjs", "node:*"],
    legalComments: "none",
    logLevel: "warning",
    ...(source && { plugins: [domoUsers(source)], inject: hostGaps, define: GLUE_GLOBALS }),
    ...options,
  });
}

rmSync(pkg, { recursive: true, force: true });
mkdirSync(join(pkg, "codeengine"), { recursive: true });
// Not minified, for readable stacks. Do not use esbuild's lineLimit: it splits a string with a backslash and a line break. Rollup's CommonJS plugin indents each
// line and so puts spaces into the string.
await Promise.all([
  bundle("src/api.js", "index.js", "esm", { source: "inlined" }),
  bundle("src/api.js", "index.cjs", "cjs", { source: "secondFile" }),
  bundle("src/inlined.js", "inlined.cjs", "cjs", { source: "inlined" }),
  bundle("src/api.js", "workerd.js", "esm", { source: "imported" }),
  bundle("mock/index.js", "mock/index.js", "esm", { inject: hostGaps }),
  bundle("mock/index.js", "mock/index.cjs", "cjs", { inject: hostGaps }),
]);
writeFileSync(join(pkg, "domo-users.wasm"), whole.wasm);
const names = Object.keys((await import(`${join(pkg, "index.js")}?${Date.now()}`)));
// Node scans each imported CommonJS file, and each file that it re-exports, for the names of exports. For index.cjs the scan takes four times as long as loading
// the file, so node.js imports a file without export names.
writeFileSync(join(pkg, "shared.cjs"), 'exports.shared = require("./index.cjs");\n');
writeFileSync(
  join(pkg, "node.js"),
  `// import and require share one instance of the module.\nimport { shared } from "./shared.cjs";\nexport const { ${names.join(", ")} } = shared;\n`,
);

// ---- Code Engine: files to paste

const templateFile = (name) => readFileSync(join(template, "codeengine", name), "utf8");

async function engineFile(name, bundled, source, module) {
  const { outputFiles } = await build({
    entryPoints: [join(template, "codeengine", bundled)],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundle",
    target: "es2020",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    plugins: [domoUsers(source, module)],
    inject: hostGaps,
    define: GLUE_GLOBALS,
  });
  const content = templateFile(name)
    .replace("/* CLASS */", () => templateFile("class.js").trim())
    .replace("/* BUNDLE */", () => outputFiles[0].text.trim());
  writeFileSync(join(pkg, "codeengine", name), content);
  return [name, content];
}
const engineFiles = await Promise.all([
  engineFile("domo-users.js", "bundle-client.js", "ideographs", client),
  engineFile("domo-users-directory.js", "bundle-directory.js", "ideographs", directory),
]);
// Code Engine's modules are CommonJS, and so are these files. Older resolvers ignore `exports` and need a folder with a package.json.
const engineManifest = (path) => `{ "type": "commonjs", "main": "${path}.js", "types": "${path}.d.ts" }\n`;
writeFileSync(join(pkg, "codeengine", "package.json"), engineManifest("./domo-users"));
mkdirSync(join(pkg, "codeengine", "directory"));
writeFileSync(join(pkg, "codeengine", "directory", "package.json"), engineManifest("../domo-users-directory"));

// ---- the command line

await buildCli();

// ---- typings, documentation, package.json

for (const name of ["index", "plans"]) {
  const types = readFileSync(join(template, `${name}.d.ts`), "utf8");
  writeFileSync(join(pkg, `${name}.d.ts`), types);
  writeFileSync(join(pkg, `${name}.d.cts`), types.replace(/"\.\/(index|plans)\.js"/g, '"./$1.cjs"'));
}
for (const name of ["domo-users.d.ts", "domo-users-directory.d.ts"]) cpSync(join(template, "codeengine", name), join(pkg, "codeengine", name));
const mockTypes = readFileSync(join(template, "mock", "index.d.ts"), "utf8");
writeFileSync(join(pkg, "mock", "index.d.ts"), mockTypes);
writeFileSync(join(pkg, "mock", "index.d.cts"), mockTypes.replaceAll('"../index.js"', '"../index.cjs"'));
copyDocuments();
const metadata = JSON.parse(output("cargo", "metadata", "--no-deps", "--format-version", "1", "--offline"));
const { name, ...manifest } = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
writeFileSync(
  join(pkg, "package.json"),
  `${JSON.stringify({ name, version: metadata.packages[0].version, ...manifest }, null, 2)}\n`,
);

// ---- sizes

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const row = (name, bytes) =>
  console.log(
    `  ${name.padEnd(26)}${[bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes)].map((n) => n.toLocaleString("en").padStart(10)).join("")}`,
  );
console.log(`\n  ${"bytes".padEnd(26)}       raw      gzip    brotli`);
row("Code Engine: client", client.wasm);
row("Code Engine: directory", directory.wasm);
for (const file of ["domo-users.wasm", "index.js", "index.cjs", "inlined.cjs"]) row(file, readFileSync(join(pkg, file)));
for (const [name] of engineFiles) row(name, readFileSync(join(pkg, "codeengine", name)));
for (const [name, { length }] of engineFiles) {
  console.log(`  ${name.padEnd(26)}${length.toLocaleString("en").padStart(10)} of ${CODE_ENGINE_LIMIT.toLocaleString("en")} characters`);
  if (length > CODE_ENGINE_LIMIT) fail(`${name} has ${length.toLocaleString("en")} characters; Code Engine's editor accepts ${CODE_ENGINE_LIMIT.toLocaleString("en")}.`);
}
console.log();
const size = brotli(whole.wasm);
if (size > WASM_LIMIT) fail(`domo-users.wasm has ${size.toLocaleString("en")} bytes after brotli; the limit is ${WASM_LIMIT.toLocaleString("en")}.`);
