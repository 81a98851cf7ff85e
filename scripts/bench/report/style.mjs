// How the plots look: one style sheet for light and dark mode, and one colour and symbol for each candidate in all plots.

/** The colours are told apart with a colour vision deficiency too; the symbols help where they are not. Each plot brings its background, since the mode of the
 * browser and the theme of a page can differ. */
const LIGHT = "--back:#ffffff;--text:#1f2328;--muted:#59636e;--grid:#d1d9e0;--ours:#0969da;--ours-2:#0a3069;--a:#bc4c00;--b:#8250df;--c:#1a7f37;--d:#6e7781;--e:#9a6700;--bar:#afb8c1";
const DARK = "--back:#0d1117;--text:#f0f6fc;--muted:#9198a1;--grid:#3d444d;--ours:#4493f8;--ours-2:#a5d6ff;--a:#f0883e;--b:#bc8cff;--c:#3fb950;--d:#9198a1;--e:#d29922;--bar:#656c76";
export const STYLE = `svg{${LIGHT};color:var(--text);font-family:system-ui,-apple-system,"Segoe UI",sans-serif}@media (prefers-color-scheme:dark){svg{${DARK}}}`;

const KINDS = [
  [/^domo-users, getAllUsers/, "var(--ours-2)", "square"],
  [/^domo-users/, "var(--ours)", "circle"],
  [/papaparse|json\(\)/, "var(--a)", "triangle"],
  [/csv-|streamparser/, "var(--b)", "diamond"],
  [/d3/, "var(--c)", "star"],
  [/hand-written/, "var(--d)", "square"],
  [/./, "var(--e)", "cross"],
];

/** Returns the colour and symbol of a candidate in a plot by number of users. */
export function styleOf(name) {
  const [, colour, symbol] = KINDS.find(([pattern]) => pattern.test(name));
  return { colour, symbol };
}
