// Compares candidates in one run: they alternate, and medians and the spread are kept. Printing and the report use the same data.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

export const OURS = "domo-users";

/** Whether a candidate is this package. */
export const isOurs = (name) => name.startsWith(OURS);

/** Returns what is told about samples. */
export function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: median(sorted), min: sorted[0], max: sorted.at(-1), rounds: sorted.length };
}

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Returns how many times as much `samples` are as `base`: the summary of the ratios of the rounds. */
export const ratio = (samples, base) => summary(samples.map((value, round) => value / base[round]));

/** Returns the milliseconds that `work` takes. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Measures each candidate once per round, after one round that is not counted. Garbage is collected before each measurement, and every second round has the
 * reverse order, so that no candidate pays for the one before it.
 * @param {{id: string, title: string, unit: string, base: string, rounds: number, candidates: Record<string, () => Promise<number>>}} options
 *   each candidate returns its measurement in `unit`; `base` is the candidate that the others are compared with
 * @returns the comparison: its options with `samples`, the measurements of each candidate
 */
export async function compare({ candidates, ...comparison }) {
  const samples = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round <= comparison.rounds; round++) {
    const entries = Object.entries(candidates);
    for (const [name, candidate] of round % 2 === 0 ? entries : entries.reverse()) {
      collectGarbage();
      const value = await candidate();
      if (round > 0) samples[name].push(value);
    }
  }
  return { ...comparison, samples };
}

/** Returns the rows of a comparison's table. */
export function rowsOf({ samples, base }) {
  return Object.entries(samples).map(([name, all]) => ({ name, ...summary(all), ratio: ratio(all, samples[base]) }));
}

/** Prints a comparison. `base` is 1.00; each ratio is the median of the ratios of the rounds. */
export function print(comparison) {
  console.log(`\n${comparison.title} (${comparison.unit}; ×: compared with ${comparison.base})`);
  const rows = rowsOf(comparison);
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  for (const { name, median, min, max, ratio } of rows) {
    const spread = `(${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`;
    console.log(`  ${name.padEnd(width)}${number(median).padStart(9)}  ×${ratio.median.toFixed(2)} ${spread.padEnd(13)}  ${number(min)} – ${number(max)}`);
  }
  return comparison;
}

/** Returns a number with three digits or more: 0.0123, 1.23, 12.3, 1,234. */
export function number(value) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
