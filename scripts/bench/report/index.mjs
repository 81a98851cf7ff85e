// Writes BENCHMARKS.md and its plots from the measurements of a run.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, say } from "../../tools.mjs";
import { figuresOf, readFigures, updateQuotes, wrongQuotes } from "./figures.mjs";
import { markdown } from "./markdown.mjs";
import { barPlot, growthPlot } from "./plots.mjs";

const MEASURES = {
  time: { key: "ms", scale: 1000, label: "seconds", name: "time" },
  memory: { key: "peakMB", scale: 1, label: "MB", name: "peak memory" },
};

/** Returns the plots by id: {file, alt, svg}. */
function drawPlots({ comparisons, topics }) {
  const plots = {};
  for (const [topic, { title, points }] of Object.entries(topics)) {
    for (const [measure, { key, scale, label, name }] of Object.entries(MEASURES)) {
      const [heading] = title.split(":");
      const subtitle = "median; vertical bars: minimum to maximum; lower is better";
      const scaled = points.map((point) => ({ ...point, samples: point[key].map((value) => value / scale) }));
      const what = `${heading}: ${name} by number of users`;
      plots[`${topic}-${measure}`] = { alt: what, svg: growthPlot({ title: what, subtitle, label, points: scaled }) };
    }
  }
  for (const { id, title, unit, samples } of comparisons.filter(({ id }) => !id.endsWith("-warm"))) {
    const subtitle = `median; lines: minimum to maximum; lower is better`;
    plots[id] = { alt: title, svg: barPlot({ title, subtitle, unit, samples }) };
  }
  for (const [id, plot] of Object.entries(plots)) plot.file = `docs/images/bench-${id}.svg`;
  return plots;
}

/**
 * Writes the report to `options.out`, or to the root of the repository. A full run updates the figures that README.md quotes there.
 * @param {{comparisons: object[], topics: object, date: Date, load: number, seconds: number, options: object}} run
 */
export function writeReport(run) {
  const folder = run.options.out ?? root;
  const plots = drawPlots(run);
  const report = markdown({ ...run, plots, figures: figuresOf(run) });
  for (const { file, svg } of Object.values(plots)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), svg);
  }
  writeFileSync(join(folder, "BENCHMARKS.md"), report);
  say(`\n  wrote BENCHMARKS.md and ${Object.keys(plots).length} plots`);
  if (run.options.out === undefined && !run.options.isQuick) updateReadme(readFigures(report));
}

function updateReadme(figures) {
  const file = join(root, "README.md");
  const readme = readFileSync(file, "utf8");
  const updated = updateQuotes(readme, figures);
  if (updated !== readme) {
    writeFileSync(file, updated);
    say("updated the figures in README.md; check that their sentences are still true");
  }
  for (const problem of wrongQuotes(updated, figures)) say(`README.md: ${problem}`);
}
