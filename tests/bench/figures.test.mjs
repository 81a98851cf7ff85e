// The figures that the README quotes are those of BENCHMARKS.md.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { figuresOf, readFigures, updateQuotes, wrongQuotes } from "../../scripts/bench/report/figures.mjs";
import { growthPlot } from "../../scripts/bench/report/plots.mjs";

const read = (name) => {
  const file = new URL(`../../${name}`, import.meta.url);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

test("each figure of the README that is marked as measured is the one of BENCHMARKS.md", () => {
  assert.deepEqual(wrongQuotes(read("README.md"), readFigures(read("BENCHMARKS.md"))), []);
});

test("the README compares speed or memory only with figures that are marked", () => {
  const unmarked = read("README.md").replace(/<!-- bench: [\w-]+ -->\s*[\d.,]*\d/g, "measured");
  assert.deepEqual(unmarked.match(/[\d.,]+ (?:times (?:as|less|more|faster)|MB of memory|µs)|\d ?×|× ?\d/g) ?? [], []);
});

test("a quoted figure that the report does not have, or has otherwise, is found", () => {
  const figures = readFigures("| `plan-ratio` | 8.7 | times |\n| `plan-mb` | 1,234 | MB |\n");
  const quotes = (text) => wrongQuotes(text, figures);
  assert.deepEqual(quotes("It is <!-- bench: plan-ratio -->8.7 times as fast, in <!-- bench: plan-mb -->1,234 MB, and 99 % of it is not measured."), []);
  assert.deepEqual(quotes("<!-- bench: plan-ratio -->8.8 times"), ["plan-ratio: the document says 8.8, the report 8.7"]);
  assert.deepEqual(quotes("<!-- bench: plan-ratio --> times"), ["plan-ratio: the document says nothing, the report 8.7"]);
  assert.deepEqual(quotes("<!-- bench: plan-rate -->8.7"), ["plan-rate: the report has no such figure"]);
});

test("a new report updates the figures that a document quotes, and nothing else", () => {
  const figures = new Map([["plan-ratio", "9.1"]]);
  assert.equal(
    updateQuotes("8.7: <!-- bench: plan-ratio -->8.7 times. <!-- bench: other -->8.7, <!-- bench: plan-ratio --> times", figures),
    "8.7: <!-- bench: plan-ratio -->9.1 times. <!-- bench: other -->8.7, <!-- bench: plan-ratio --> times",
  );
});

test("a ratio is the median of the ratios of the rounds, and a failed candidate has none", () => {
  const point = (name, size, ms, failure) => ({ name, size, ms, peakMB: ms, failure });
  const points = [
    point("domo-users", 1000, [100, 200, 400]), point("fetch + JSON + papaparse", 1000, [300, 800, 800]),
    point("domo-users", 2000, [400]), point("fetch + JSON + papaparse", 2000, [], "out of memory"),
  ];
  const figures = figuresOf({ comparisons: [], topics: { plan: { sizes: [1000, 2000], points } } });
  const values = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  assert.deepEqual(values, {
    "plan-1000-seconds": "0.20", "plan-1000-mb": "200", "plan-1000-ratio": "3.0", "plan-1000-memory-ratio": "3.0", "plan-2000-seconds": "0.40", "plan-2000-mb": "400",
  });
});

test("a plot says at which number of users a candidate failed, and why", () => {
  const point = (name, size, samples, failure) => ({ name, size, samples, failure });
  const svg = growthPlot({
    title: "Plan", subtitle: "median", label: "seconds",
    points: [point("domo-users", 1000, [1, 2]), point("other", 1000, [3]), point("domo-users", 2000, [2]), point("other", 2000, [], "out of memory")],
  });
  assert.match(svg, /2,000: out of memory/);
  assert.doesNotMatch(svg, /NaN/);
});
