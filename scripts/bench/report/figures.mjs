// The figures that other documents may quote. A document marks each with a comment in front: <!-- bench: plan-100000-ratio -->8.7
import { ratio, summary } from "../measure.mjs";

const MARK = /<!-- bench: ([\w-]+) -->\s*([\d.,]*\d)?/g;
const ROW = /^\| `([\w-]+)` \| ([\d.,]+) \|/gm;
const BY_HAND = "fetch + JSON + papaparse";
const DONE = { plan: "a plan of", export: "an export of", read: "streaming" };

/** Returns a number for a sentence: 0.24, 8.7, 12, 1,234. */
export const rounded = (value) => {
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** Returns the figures of a run: {name, value, meaning}. */
export function figuresOf({ comparisons, topics }) {
  const figures = [];
  const add = (name, value, meaning) => figures.push({ name, value: rounded(value), meaning });
  for (const [topic, { points, sizes }] of Object.entries(topics)) {
    for (const size of sizes) {
      const point = (name) => points.find((one) => one.name === name && one.size === size && one.failure === undefined);
      const ours = point(topic === "read" ? "domo-users, streamUsers" : "domo-users");
      const what = `${DONE[topic]} ${size.toLocaleString("en")} users`;
      if (ours) {
        add(`${topic}-${size}-seconds`, summary(ours.ms).median / 1000, `seconds for ${what}, in a new process`);
        add(`${topic}-${size}-mb`, summary(ours.peakMB).median, `MB of memory at most for ${what}, Node included`);
      }
      const byHand = point(BY_HAND);
      if (ours && byHand) {
        add(`${topic}-${size}-ratio`, ratio(byHand.ms, ours.ms).median, `times as long with ${BY_HAND}: ${what}`);
        add(`${topic}-${size}-memory-ratio`, ratio(byHand.peakMB, ours.peakMB).median, `times as much memory with ${BY_HAND}: ${what}`);
      }
    }
  }
  const samples = (id) => comparisons.find((one) => one.id === id)?.samples;
  const compared = (name, id, other, meaning) => {
    const of = samples(id);
    if (of) add(name, ratio(of[other], of["domo-users"]).median, meaning);
  };
  const imports = samples("import");
  if (imports) add("import-ms", summary(imports["domo-users"]).median, "ms for import and first call of domo-users");
  compared("import-axios-ratio", "import", "axios", "times as long for import and first call of axios");
  compared("import-ky-ratio", "import", "ky", "times as long for import and first call of ky");
  compared("calls-axios-ratio", "calls", "axios", "times as long for a call with axios, one after the other");
  compared("calls-fetch-ratio", "calls", "fetch + json()", "times as long for a call with fetch, one after the other");
  compared("changes-ratio", "changes", "p-map + fetch", "times as long for updates with p-map and fetch");
  return figures;
}

/** Returns the figures of a report: a Map from name to value. */
export const readFigures = (report) => new Map([...report.matchAll(ROW)].map(([, name, value]) => [name, value]));

/** Returns what is wrong with the figures that a document quotes, one line each. */
export function wrongQuotes(document, figures) {
  return [...document.matchAll(MARK)].flatMap(([, name, value]) => {
    if (!figures.has(name)) return [`${name}: the report has no such figure`];
    return figures.get(name) === value ? [] : [`${name}: the document says ${value ?? "nothing"}, the report ${figures.get(name)}`];
  });
}

/** Returns a document with the figures of a report. Figures that the report does not have stay as they are: `wrongQuotes` finds them. */
export const updateQuotes = (document, figures) =>
  document.replace(MARK, (quote, name, value) => (value !== undefined && figures.has(name) ? quote.slice(0, -value.length) + figures.get(name) : quote));
