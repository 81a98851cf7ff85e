// Side by side in one run: the contenders take turns, medians are compared, the spread is shown.

/**
 * @param {Record<string, () => Promise<number>>} contenders each answers its own milliseconds for one round
 * @param {number} rounds counted, after one that is not
 */
export async function sideBySide(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const ms = await contender();
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

/** Prints a table; `base` is 1.00, and each ratio is the median of the rounds' own ratios. */
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
