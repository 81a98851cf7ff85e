// Compares candidates in one run: they alternate, medians are compared, and the spread is printed.

/**
 * Measures each candidate once per round, after one round that is not counted.
 * @param {Record<string, () => Promise<number>>} candidates each returns the milliseconds of one round
 * @param {number} rounds
 */
export async function sideBySide(candidates, rounds) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const ms = await candidate();
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => {
      const sorted = all.toSorted((a, b) => a - b);
      return [name, { median: sorted[sorted.length >> 1], min: sorted[0], max: sorted.at(-1), all }];
    }),
  );
}

/** Prints a table. `base` is 1.00; each ratio is the median of the ratios of the rounds. */
export function table(title, results, base, unit = (ms) => `${ms.toFixed(1)} ms`) {
  console.log(`\n${title}`);
  const names = Object.keys(results);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  for (const name of names) {
    const { median, min, max, all } = results[name];
    const ratios = all.map((ms, round) => ms / results[base].all[round]).toSorted((a, b) => a - b);
    const ratio = ratios[ratios.length >> 1].toFixed(2);
    const spread = `${ratios[0].toFixed(2)}–${ratios.at(-1).toFixed(2)}`;
    console.log(`  ${name.padEnd(width)}${unit(median).padStart(12)}  ×${ratio} (${spread})   ${unit(min)} – ${unit(max)}`);
  }
}
