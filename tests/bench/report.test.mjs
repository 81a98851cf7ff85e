// npm run bench -- --report, with few users and one round: the report can be made. Its times are not looked at.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SaxesParser } from "saxes";
import { readFigures } from "../../scripts/bench/report/figures.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "domo-users-bench-"));
const readme = readFileSync(join(root, "README.md"), "utf8");
let report = "";
/** File name → SVG. */
const plots = new Map();

before(() => {
  const args = ["scripts/bench/index.mjs", "--report", "--quick", "--sizes", "1000,2000", "--rounds", "1", "--out", out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  report = readFileSync(join(out, "BENCHMARKS.md"), "utf8");
  const images = join(out, "docs", "images");
  for (const name of readdirSync(images)) plots.set(`docs/images/${name}`, readFileSync(join(images, name), "utf8"));
});
after(() => rmSync(out, { recursive: true, force: true }));

/** Returns the tables of the report: rows of cells, without the row of dashes. */
function tables() {
  const groups = report.match(/(?:^\|.*\|\n)+/gm) ?? [];
  return groups.map((group) => group.trim().split("\n").map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim())).filter((_, at) => at !== 1));
}

test("every table of the report is filled", () => {
  assert.ok(tables().length >= 14, `${tables().length} tables`);
  for (const [header, ...rows] of tables()) {
    assert.ok(rows.length > 0, header.join());
    for (const cells of rows) {
      assert.equal(cells.length, header.length);
      for (const cell of cells) assert.match(cell, /\S/, cells.join("|"));
    }
  }
  assert.doesNotMatch(report, /NaN|undefined|Infinity|null|\[object/);
});

test("the report compares the package with each rival, by time and by memory", () => {
  const first = tables().map((rows) => rows.map(([name]) => name.replaceAll("*", "")));
  for (const name of ["fetch + JSON + papaparse", "fetch + JSON + csv-parse", "fetch + JSON + csv-stringify", "fetch + JSON + d3-dsv"]) {
    assert.ok(first.filter((names) => names.includes(name) && names.includes("domo-users")).length >= 3, name);
  }
  for (const name of ["axios", "ky", "domo-sdk (import only)", "fetch with a time limit", "p-map + fetch"]) assert.ok(first.some((names) => names.includes(name) && names.includes("domo-users")), name);
});

test("the report names machine, runtime, versions and the way to repeat it, and that it is from a short run", () => {
  for (const pattern of [/\| Processor \| .+, \d+ cores? \|/, /\| Memory \| \d+ GB \|/, /\| Date \| \d{4}-\d\d-\d\d \|/, /\| papaparse \| \d+\.\d+\.\d+ \|/, /npm run bench -- --report/, /short run/]) assert.match(report, pattern);
  assert.ok(report.includes(`| Node | ${process.version} |`));
  // A short host name could be a word of the report.
  for (const secret of [root, tmpdir() + "/", ...(hostname().length > 4 ? [hostname()] : [])]) assert.ok(![report, ...plots.values()].join().includes(secret), secret);
});

test("every plot is well-formed SVG, names its candidates, and is shown in the report with a description", () => {
  const shown = [...report.matchAll(/!\[([^\]]+)\]\(([^)]+)\)/g)];
  assert.deepEqual(shown.map(([, , file]) => file).sort(), [...plots.keys()].sort());
  assert.equal(plots.size, 10);
  for (const [file, svg] of plots) {
    const parser = new SaxesParser({ xmlns: true });
    parser.on("error", (error) => assert.fail(`${file}: ${error.message}`));
    let [roots, depth] = [[], 0];
    parser.on("opentag", ({ uri, local }) => depth++ === 0 && roots.push(`${uri} ${local}`));
    parser.on("closetag", () => depth--);
    parser.write(svg).close();
    assert.deepEqual(roots, ["http://www.w3.org/2000/svg svg"], file);
    assert.match(svg, /<title>[^<]+<\/title>/, file);
    assert.match(svg, /prefers-color-scheme:dark/, file);
    assert.match(svg, />domo-users/, file);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, file);
  }
  for (const topic of ["plan", "export"]) for (const what of ["time", "memory"]) assert.match(plots.get(`docs/images/bench-${topic}-${what}.svg`), /papaparse/);
});

test("a report in a folder leaves the README as it is, and has figures to quote", () => {
  assert.equal(readFileSync(join(root, "README.md"), "utf8"), readme);
  const figures = readFigures(report);
  for (const name of ["plan-1000-seconds", "plan-2000-ratio", "plan-2000-memory-ratio", "export-2000-mb", "read-2000-seconds", "import-axios-ratio", "changes-ratio"]) assert.match(figures.get(name), /^\d/, name);
});
