// The charts of a plan. The bars are decoration: every number also stands beside its bar as text.
import { el, formatted, svg } from "./dom.js";

const WIDTH = 1000;
const GAP = 4;
const MIN_WIDTH = 8; // one delete among 100,000 people can still be seen

/** Returns one bar with a part for each [kind, label, count], and its legend. */
export function shareChart(caption, parts) {
  const present = parts.filter(([, , count]) => count > 0);
  const total = present.reduce((sum, [, , count]) => sum + count, 0);
  const room = WIDTH - GAP * (present.length - 1) - MIN_WIDTH * present.length;
  let x = 0;
  const bars = present.map(([kind, , count]) => {
    const width = MIN_WIDTH + (room * count) / total;
    const bar = svg("rect", { class: `fill-${kind}`, x, y: 0, width, height: 20 });
    x += width + GAP;
    return bar;
  });
  const legend = parts.map(([kind, label, count]) => el("li", { className: `key key-${kind}` }, el("strong", {}, formatted(count)), ` ${label}`));
  return el("figure", { className: "chart" },
    el("figcaption", {}, caption),
    svg("svg", { viewBox: `0 0 ${WIDTH} 20`, preserveAspectRatio: "none", class: "share", "aria-hidden": "true" }, ...bars),
    el("ul", { className: "legend" }, legend));
}

/** Returns a bar for each [label, count]. */
export function countChart(caption, counts) {
  const most = Math.max(...counts.map(([, count]) => count));
  return el("figure", { className: "chart" },
    el("figcaption", {}, caption),
    el("ul", { className: "bars" }, counts.map(([label, count]) => el("li", {},
      el("span", { className: "bar-label" }, label),
      svg("svg", { viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", class: "bar", "aria-hidden": "true" },
        svg("rect", { class: "bar-back", x: 0, y: 0, width: WIDTH, height: 10 }),
        svg("rect", { class: "fill-update", x: 0, y: 0, width: (WIDTH * count) / most, height: 10 })),
      el("span", { className: "bar-count" }, formatted(count))))));
}
