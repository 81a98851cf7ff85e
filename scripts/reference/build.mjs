// npm run reference: writes the API reference of the typings, with the README and the guides, into target/reference/. Every warning of typedoc is an error.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, root, run } from "../tools.mjs";

const here = join(root, "scripts", "reference");
const template = join(root, "pkg-template");
const input = join(root, "target", "reference-input");
/** Where typedoc is installed: it needs an older TypeScript than the rest of the repository. */
const tools = join(root, "target", "reference-tools");

install();
copyTypings();
const isBuilt = run(process.execPath, [join(tools, "node_modules", "typedoc", "bin", "typedoc"), "--options", join(here, "typedoc.json")], { cwd: here });
if (!isBuilt) fail("The API reference has errors or warnings: see above.");

/** Installs typedoc, unless the versions of the lock file are installed. */
function install() {
  const isCurrent = (name) => existsSync(join(tools, name)) && readFileSync(join(tools, name), "utf8") === readFileSync(join(here, name), "utf8");
  const files = ["package.json", "package-lock.json"];
  if (existsSync(join(tools, "node_modules", ".package-lock.json")) && files.every(isCurrent)) return;
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  for (const name of files) cpSync(join(here, name), join(tools, name));
  if (!run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: tools })) fail("typedoc cannot be installed: npm ci failed, see above.");
}

/** Copies the typings to where they import each other: those of the Code Engine files import a file that only the build makes. */
function copyTypings() {
  rmSync(input, { recursive: true, force: true });
  mkdirSync(join(input, "codeengine"), { recursive: true });
  for (const name of ["index.d.ts", "plans.d.ts"]) cpSync(join(template, name), join(input, name));
  cpSync(join(template, "mock", "index.d.ts"), join(input, "mock", "index.d.ts"));
  for (const name of readdirSync(join(template, "codeengine")).filter((each) => each.endsWith(".d.ts"))) {
    writeFileSync(join(input, "codeengine", name), readFileSync(join(template, "codeengine", name), "utf8").replaceAll('"../index.cjs"', '"../index.js"'));
  }
  const compilerOptions = { target: "es2022", module: "nodenext", lib: ["es2023", "dom", "dom.asynciterable"], strict: true, types: [] };
  writeFileSync(join(input, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["**/*.d.ts"] }));
}
