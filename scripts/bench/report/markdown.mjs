// Writes the report as Markdown.
import { constants } from "node:buffer";
import { LOWER_BOUND, TOPICS } from "../jobs.mjs";
import { isOurs, number, ratio, rowsOf, summary } from "../measure.mjs";
import { machine, versions } from "./machine.mjs";

const inWords = (count) => count.toLocaleString("en");
const plural = (count, noun) => `${inWords(count)} ${noun}${count === 1 ? "" : "s"}`;
const row = (cells) => `| ${cells.join(" | ")} |`;
const bold = (name, text = name) => (isOurs(name) ? `**${text}**` : text);

/** Returns a table. Numbers are aligned to the right, in all columns but the first and those of words. */
function table(header, rows, words = []) {
  return [row(header), row(header.map((_, at) => (at === 0 || words.includes(at) ? "---" : "---:"))), ...rows.map(row)].join("\n");
}

/** Returns the table of a comparison. */
function comparisonTable(comparison) {
  const rows = rowsOf(comparison).sort((a, b) => a.median - b.median);
  return table(
    ["", `median, ${comparison.unit}`, "minimum–maximum", `compared with ${comparison.base}`, "minimum–maximum"],
    rows.map(({ name, median, min, max, ratio }) => [
      bold(name), bold(name, number(median)), `${number(min)}–${number(max)}`, `× ${ratio.median.toFixed(2)}`, `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
    ]),
  );
}

/** Returns the table of a topic by number of users: medians, and minimum–maximum under each. */
function sizesTable({ points, sizes }, { key, scale }) {
  const names = [...new Set(points.map(({ name }) => name))];
  const cell = (name, size) => {
    const point = points.find((one) => one.name === name && one.size === size);
    if (point === undefined) return "not measured";
    if (point.failure !== undefined) return point.failure;
    const { median, min, max } = summary(point[key].map((value) => value / scale));
    return `${bold(name, number(median))}<br>${number(min)}–${number(max)}`;
  };
  return table(["", ...sizes.map((size) => `${inWords(size)} users`)], names.map((name) => [bold(name), ...sizes.map((size) => cell(name, size))]));
}

const share = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;

/** Whether a candidate does the same job as this package. */
const isRival = (name) => !isOurs(name) && name !== LOWER_BOUND;

/** Returns the measurements in which a candidate beat this package, one line each. */
function betterOthers({ comparisons, topics }) {
  const lines = [];
  for (const { title, short = title, samples, base } of comparisons) {
    for (const [name, all] of Object.entries(samples)) {
      const times = ratio(all, samples[base]);
      if (isRival(name) && times.median < 0.995) lines.push(`- ${short}: ${name} takes ${share(times)} of the time of ${base}.`);
    }
  }
  for (const { title, points, sizes } of Object.values(topics)) {
    for (const size of sizes) {
      const done = points.filter((point) => point.size === size && point.failure === undefined);
      const ours = done.find(({ name }) => isOurs(name));
      if (ours === undefined) continue;
      for (const other of done.filter(({ name }) => isRival(name))) {
        for (const [key, what] of [["ms", "time"], ["peakMB", "memory"]]) {
          const times = ratio(other[key], ours[key]);
          if (times.median < 0.995) lines.push(`- ${title.split(":")[0]}, ${inWords(size)} users, new process: ${other.name} takes ${share(times)} of the ${what} of ${ours.name}.`);
        }
      }
    }
  }
  return lines;
}

const image = ({ file, alt }) => `![${alt}](${file})`;

function topicSection(topic, { topics, comparisons, plots, options }) {
  const { title } = topics[topic];
  const warm = comparisons.find(({ id }) => id === `${topic}-warm`);
  const [time, memory] = ["time", "memory"].map((what) => image(plots[`${topic}-${what}`]));
  return `## ${title}

${NOTES[topic]} Each measurement is a new process; its start and its imports are not included.${gaps(topic, topics[topic])}

${time}

Seconds: median, and minimum–maximum.

${sizesTable(topics[topic], { key: "ms", scale: 1000 })}

${memory}

Peak memory of the process in MB (1 MB is 1,000,000 bytes), Node itself included: median, and minimum–maximum.

${sizesTable(topics[topic], { key: "peakMB", scale: 1 })}

In one process that has done the same job before (${inWords(warm.count)} users, ${plural(options.warmRounds, "round")} after one that is not counted):

${comparisonTable(warm)}`;
}

const EXPLANATIONS = {
  "string too long": `a string in Node has at most ${inWords(constants.MAX_STRING_LENGTH)} characters, which the list of users as JSON exceeds`,
  "out of memory": "the heap exceeded the limit that Node sets itself",
};

/** Says which candidates were not measured with all numbers of users, or failed, and why. */
function gaps(topic, { points, sizes }) {
  const largest = sizes.at(-1);
  const measured = new Set(points.filter(({ size }) => size === largest).map(({ name }) => name));
  const limited = Object.entries(TOPICS[topic].jobs).filter(([name, job]) => job.limited && !measured.has(name));
  const lines = limited.map(([name, job]) => `${name} was not measured with ${inWords(largest)} users: ${job.limited}.`);
  const failures = new Set(points.map(({ failure }) => failure).filter(Boolean));
  return [...lines, ...[...failures].map((failure) => `"${failure}": ${EXPLANATIONS[failure]}.`)].map((line) => `\n${line}`).join("");
}

const NOTES = {
  plan: `A CSV file of all users, which changes nothing, is compared with the instance in all its columns. "fetch + JSON + …" is the program of some lines that a user
would write: it downloads all users, parses the file with that library, and compares them by e-mail address. "Hand-written, on bytes" is the strongest JavaScript
that we could write: it compares bytes and creates no object for a user, and it does not support escapes, case beyond ASCII, lists or retries.`,
  export: `All users are written as CSV with 15 columns, formulas made harmless. "fetch + JSON + …" downloads and parses all users, and writes them with that library.
"Hand-written, on bytes" copies bytes and creates no object for a user, and it does not support escapes, lists or retries.`,
  read: `\`streamUsers\`, \`@streamparser/json\` (a JSON parser that takes chunks) and "hand-written, on bytes" pass one user after the other, \`getAllUsers\` and \`fetch + json()\` return a list. "Body thrown away" is the
lower bound: the time and memory of fetch itself.`,
};

/** @returns {string} the report */
export function markdown(run) {
  const { comparisons, topics, plots, figures, options, date, load, seconds } = run;
  const comparison = (id) => comparisons.find((one) => one.id === id);
  const withPlot = (id, text) => `## ${comparison(id).title}\n\n${text}\n\n${image(plots[id])}\n\n${comparisonTable(comparison(id))}`;
  const better = betterOthers(run);
  const quick = options.isQuick
    ? "\n> **This report is from a short run, with few rounds. Its figures show that it can be made; they are not for quoting.**\n"
    : "";
  return `# Benchmarks
${quick}
\`npm run bench -- --report\` writes this file and its plots from its own measurements. Do not edit it.

${table(["", ""], [["Date", date.toISOString().slice(0, 10)], ...machine(), ["Load before the start", `${load.toFixed(2)} (0 is idle)`], ["Duration", plural(Math.max(1, Math.round(seconds / 60)), "minute")]], [1])}

**How it is measured.** Candidates alternate: each round measures every candidate once. Figures are medians of the rounds; the spread is the smallest and the largest
value. A ratio is the median of the ratios of the rounds; × 2.00 is twice as long. The servers are processes of their own on the same machine, so network time
is close to zero: in a real network, differences between clients are smaller. The users are generated and the same in each run, about 690 bytes of JSON each.
Rounds: import ${options.importRounds}, calls ${options.callRounds}, changes ${options.changeRounds}, by number of users ${options.sizeRounds}, above 100,000 users ${options.largeRounds}.
${options.warmRounds < 5 || options.largeRounds < 5 ? "With fewer than five rounds, the spread says little.\n" : ""}
${load > 0.5 ? `\n> **Other programs used the machine before the run (load ${load.toFixed(2)}). The spread is wider than on a quiet machine.**\n` : ""}
## Where others are better

Every measurement in which a candidate needs less than domo-users, by the median of the ratios, with their minimum and maximum: if the maximum is above 1, it
needed more in some rounds.

${better.length > 0 ? better.join("\n") : "In no measurement of this run."}

${Object.keys(topics).map((topic) => topicSection(topic, run)).join("\n\n")}

${withPlot("import", `The time of \`import\` and of the first call, with a stub instead of a network: an import may defer work to the first call. domo-sdk accepts no stub, so its
first call is not included. domo-users may take at most 0.3 of the time of axios; it takes ${ratio(comparison("import").samples["domo-users"], comparison("import").samples.axios).median.toFixed(2)}.`)}

${withPlot("calls", "The server responds at once. domo-users and \"fetch with a time limit\" end a call that takes too long; the others wait.")}

${withPlot("in-flight", `The same calls, of which ${options.width} are in flight at any time.`)}

${withPlot("changes", "`applyChanges` also plans the order, checks each response, retries and keeps a journal; the rival is `p-map` with `fetch`.")}

## Versions

${table(["", "version"], versions())}

## Repeat it

\`\`\`sh
npm run bench -- --report              # about ten minutes on two cores
npm run bench -- --report --quick --out some-folder
npm run bench -- --help
\`\`\`

End other programs before: they change the figures.

## Figures that may be quoted

A document that quotes a figure marks it with a comment, \`<!-- bench: name -->\` in front of the figure. A test compares them with this table.

<details><summary>The figures</summary>

${table(["name", "value", "meaning"], figures.map(({ name, value, meaning }) => [`\`${name}\``, value, meaning]), [2])}

</details>
`;
}
