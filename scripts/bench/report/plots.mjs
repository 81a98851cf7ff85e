// Draws the plots as SVG, with Observable Plot and the document of happy-dom.
import * as Plot from "@observablehq/plot";
import { Window } from "happy-dom";
import { isOurs, number, summary } from "../measure.mjs";
import { STYLE, styleOf } from "./style.mjs";

const { document } = new Window();
const HEAD = 62;
const FONT = 13;
const inWords = (count) => count.toLocaleString("en");

/**
 * Returns a plot by number of users, both axes logarithmic: medians as points, minimum to maximum as bars.
 * @param {{title: string, subtitle: string, label: string, points: {name: string, size: number, samples: number[], failure?: string}[]}} options
 */
export function growthPlot({ title, subtitle, label, points }) {
  const marks = points.filter(({ samples }) => samples.length > 0).map(({ name, size, samples }) => ({ name, size, ...summary(samples), ...styleOf(name) }));
  const sizes = [...new Set(points.map(({ size }) => size))];
  const ticks = ticksOf(marks);
  const options = {
    document, width: 760, height: 440, marginTop: HEAD + 36, marginLeft: 62, marginRight: 240, marginBottom: 50, style: { fontSize: `${FONT}px` },
    x: { type: "log", label: "number of users (logarithmic)", ticks: sizes, tickFormat: inWords, labelAnchor: "center", labelArrow: "none", tickSize: 0, labelOffset: 42, inset: 14 },
    y: { type: "log", label: null, ticks, tickFormat: inWords, tickSize: 0, inset: 10 },
    symbol: { type: "identity" },
  };
  const lines = [
    Plot.gridY(ticks, { stroke: "var(--grid)", strokeOpacity: 1 }),
    Plot.lineY(marks, { x: "size", y: "median", z: "name", stroke: "colour", strokeWidth: ({ name }) => (isOurs(name) ? 3 : 1.75) }),
    Plot.ruleX(marks, { x: "size", y1: "min", y2: "max", stroke: "colour", strokeWidth: 2 }),
    Plot.dot(marks, { x: "size", y: "median", fill: "colour", stroke: "var(--back)", symbol: "symbol", r: 5 }),
  ];
  const ends = endLabels(marks, points, Plot.plot({ ...options, marks: lines }).scale("y"));
  const place = { y: "y", frameAnchor: "right", fill: "colour" };
  const names = [
    Plot.dot(ends, { ...place, dx: 18, symbol: "symbol", r: 5 }),
    ...[true, false].map((ours) => Plot.text(ends.filter(({ name }) => isOurs(name) === ours), { ...place, dx: 30, text: "text", textAnchor: "start", fontWeight: ours ? 700 : 400 })),
  ];
  return finish(Plot.plot({ ...options, marks: [...lines, ...names] }), { title, subtitle, label: `${label} (logarithmic)`, ...options });
}

/** Returns the ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten between the values; powers of ten only if there are many. */
function ticksOf(marks) {
  const [low, high] = [Math.min(...marks.map(({ min }) => min)), Math.max(...marks.map(({ max }) => max))];
  const steps = high / low > 200 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) ticks.push(...steps.map((step) => Number(`${step}e${power}`)));
  return ticks.filter((tick) => tick >= low * 0.9 && tick <= high * 1.1);
}

/** Returns the names of the candidates, each beside the end of its line, moved apart where they would overlap. */
function endLabels(marks, points, scale) {
  const ends = [...new Set(marks.map(({ name }) => name))].map((name) => {
    const last = marks.findLast((mark) => mark.name === name);
    const failed = points.find((point) => point.name === name && point.failure !== undefined);
    return { ...last, text: failed ? `${name}\n${inWords(failed.size)}: ${failed.failure}` : name, lines: failed ? 2 : 1, pixel: scale.apply(last.median) };
  });
  ends.sort((a, b) => a.pixel - b.pixel);
  // Neighbours that overlap move apart by the same distance, until none overlap.
  for (let pass = 0; pass < 100; pass++) {
    for (let at = 1; at < ends.length; at++) {
      const gap = ((ends[at].lines + ends[at - 1].lines) / 2) * (FONT + 5);
      const overlap = gap - (ends[at].pixel - ends[at - 1].pixel);
      if (overlap > 0) {
        ends[at - 1].pixel -= overlap / 2;
        ends[at].pixel += overlap / 2;
      }
    }
  }
  return ends.map((end) => ({ ...end, y: scale.invert(end.pixel) }));
}

/** Returns a plot of a comparison: medians as bars from zero, minimum to maximum as lines. */
export function barPlot({ title, subtitle, unit, samples }) {
  const rows = Object.entries(samples).map(([name, all]) => ({ name, ...summary(all) })).sort((a, b) => a.median - b.median);
  const height = HEAD + 62 + rows.length * 36;
  const width = 760;
  const name = (isBold) => Plot.text(rows.filter((row) => isOurs(row.name) === isBold), { y: "name", x: 0, text: "name", textAnchor: "end", dx: -8, fontSize: FONT, fontWeight: isBold ? 700 : 400 });
  const plot = Plot.plot({
    document, width, height, marginTop: HEAD + 4, marginLeft: 190, marginRight: 90, marginBottom: 46,
    style: { fontSize: `${FONT}px` },
    x: { label: unit, domain: [0, Math.max(...rows.map(({ max }) => max))], nice: true, labelAnchor: "center", labelArrow: "none", tickSize: 0, ticks: 6, labelOffset: 40 },
    y: { axis: null, domain: rows.map((row) => row.name), padding: 0.28 },
    marks: [
      Plot.gridX({ stroke: "var(--grid)", strokeOpacity: 1, ticks: 6 }),
      Plot.barX(rows, { y: "name", x: "median", fill: (row) => (isOurs(row.name) ? "var(--ours)" : "var(--bar)") }),
      Plot.ruleY(rows, { y: "name", x1: "min", x2: "max", stroke: "var(--text)", strokeWidth: 1.5, strokeOpacity: 0.8 }),
      Plot.text(rows, { y: "name", x: "max", text: (row) => number(row.median), textAnchor: "start", dx: 7, fontSize: FONT }),
      name(true),
      name(false),
    ],
  });
  return finish(plot, { title, subtitle, width, height });
}

/** Returns the SVG as a file: with its background, title and style. */
function finish(svg, { title, subtitle, label, width, height }) {
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.querySelector("style").textContent += STYLE;
  const add = (name, attributes, text, before) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text) element.textContent = text;
    svg.insertBefore(element, before ?? null);
  };
  const first = svg.querySelector("style").nextSibling;
  add("title", {}, `${title}: ${subtitle}`, svg.firstChild);
  add("rect", { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 8, fill: "var(--back)", stroke: "var(--grid)" }, "", first);
  add("text", { x: 20, y: 32, "text-anchor": "start", "font-size": 17, "font-weight": 700 }, title, first);
  add("text", { x: 20, y: 53, "text-anchor": "start", "font-size": FONT, fill: "var(--muted)" }, subtitle, first);
  if (label) add("text", { x: 20, y: HEAD + 20, "text-anchor": "start", "font-size": FONT }, label, first);
  return `${svg.outerHTML}\n`;
}
