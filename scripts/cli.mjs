// Bundles the command line into pkg/cli/: its libraries are part of it, so that installing the package brings no dependency.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { fail, isStarted, root } from "./tools.mjs";

/** Bundled ES modules have no `require`, which some of the libraries call for Node's own modules. */
const REQUIRE = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

export async function buildCli() {
  const outdir = join(root, "pkg", "cli");
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    metafile: true,
    entryPoints: { "domo-users": join(root, "pkg-template", "cli", "main.js") },
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true, // a file for each part that is loaded when it is needed
    format: "esm",
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    target: "node20",
    platform: "node",
    external: ["domo-users", "domo-users/mock"],
    loader: { ".bash": "text", ".zsh": "text", ".fish": "text", ".ps1": "text" },
    banner: { js: REQUIRE },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none", // licences() has them
    logLevel: "warning",
  });
  chmodSync(join(outdir, "domo-users.mjs"), 0o755);
  writeFileSync(join(outdir, "LICENSES.txt"), licences(Object.keys(metafile.inputs)));
}

/** Returns the licences of the bundled libraries, which must be shipped with them. */
function licences(files) {
  const folders = new Set(files.map((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const found = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file)).sort();
    if (found.length === 0) fail(`${name} ${version} is part of the command line, but its package has no file with its licence. Use another library, or ship the text of its licence.`);
    return `${name} ${version} (${license})\n\n${found.map((file) => `${readFileSync(join(root, folder, file), "utf8").trim()}\n`).join("\n")}`;
  });
  return `The command line contains these libraries.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

if (isStarted(import.meta.url)) await buildCli();
