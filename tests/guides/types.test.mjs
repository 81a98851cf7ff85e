// Every program of the README and of the guides compiles under TypeScript's strict rules: as TypeScript, or as checked JavaScript if it has JSDoc types.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";
import { isCommonJs } from "./blocks.mjs";
import { shippedGuides } from "./shipped.mjs";

const nodeModules = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const compilerOptions = {
  target: "es2022", module: "nodenext", lib: ["es2023", "dom", "dom.asynciterable"], strict: true, allowJs: true, checkJs: true, noEmit: true, skipLibCheck: true,
  typeRoots: [join(nodeModules, "@types")], types: ["node"],
};

/** In CommonJS, TypeScript writes `import x = require()`; the rest of an example is the same. */
const asTypeScript = (code) => code.replace(/^const (\w+|\{[^}]*\}) = require\((.*)\);$/gm, "import $1 from $2;");

/** Returns the programs of a guide: `{file, code}`. */
function programsOf({ name, blocks }) {
  return blocks.filter(({ kind, file }) => kind === "js" && !file?.includes("/")).map(({ code, file, line }) => {
    const extension = isCommonJs(code) ? "cjs" : "mjs";
    const given = file ?? `line-${line}.${extension}`;
    const isChecked = /\/\*\* @(type|param)/.test(code);
    return { file: join(basename(name, ".md"), isChecked ? given : given.replace(/js$/, "ts")), code: isChecked ? code : asTypeScript(code) };
  });
}

test("every program of the README and the guides compiles under strict", () => {
  const path = join(folder, "guide-types");
  rmSync(path, { recursive: true, force: true });
  const programs = shippedGuides().flatMap(programsOf);
  assert.ok(programs.length > 20);
  for (const { file, code } of programs) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), code);
  }
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: programs.map(({ file }) => file) }));
  const { stdout, status } = spawnSync(join(nodeModules, ".bin", "tsc"), ["--project", path], { cwd: path, encoding: "utf8" });
  assert.deepEqual([status, stdout], [0, ""]);
});
