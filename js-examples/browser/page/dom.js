// Small helpers for the document. Strings become text nodes, never HTML.

const SVG = "http://www.w3.org/2000/svg";
export const byId = (id) => document.getElementById(id);

/** Properties that are set on the object; all others are attributes. */
const OWN = new Set(["className", "textContent", "value", "disabled", "hidden", "checked"]);

/** Returns a new element. Names that begin with `on` are listeners; children that are null, undefined or false are left out. */
export function el(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}
export function svg(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

function filled(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (OWN.has(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Writes characters that cannot be seen as U+200B, so that two values never look the same and differ, and none changes the order of the letters. */
export const visible = (value) => String(value ?? "").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^ +| +$/gu, (hidden) => [...hidden].map(codePoint).join(""));
const codePoint = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Lets a screen reader say a message. */
export function announce(message) {
  byId("announcer").textContent = message;
}

const numbers = new Intl.NumberFormat("en");
export const formatted = (n) => numbers.format(n);
/** Returns `1 update`, `1,204 updates`. */
export const counted = (n, noun, plural = `${noun}s`) => `${formatted(n)} ${n === 1 ? noun : plural}`;

/**
 * Returns a table that shows its items in steps, so that ten thousand of them stay usable. The roles are written out because a narrow layout shows rows as blocks,
 * and browsers then forget that they are rows.
 * @param {{caption: string, className: string, columns: string[], items: object[], row: (item: object, index: number) => Array<Node | string>, step?: number}} table
 * `row` returns the cells of an item
 */
export function table({ caption, className, columns, items, row, rowClass = () => "", step = 100 }) {
  const body = el("tbody", { role: "rowgroup" });
  const head = el("tr", { role: "row" }, columns.map((name) => el("th", { scope: "col", role: "columnheader" }, name)));
  const element = el("table", { className, role: "table" },
    el("caption", { className: "visually-hidden" }, caption), el("thead", { role: "rowgroup" }, head), body);
  const more = el("button", { type: "button", className: "more", onclick: showMore });
  let shown = 0;

  function showMore(event) {
    const first = shown;
    const next = items.slice(shown, shown + step);
    body.append(...next.map((item, i) => {
      const cells = row(item, first + i).map((content, column) => {
        const inner = Array.isArray(content) ? content : [content];
        // The first cell names the row.
        return column === 0
          ? el("th", { scope: "row", role: "rowheader" }, ...inner)
          : el("td", { role: "cell", "data-label": columns[column] }, ...inner);
      });
      return el("tr", { role: "row", className: rowClass(item) }, cells);
    }));
    shown += next.length;
    const left = items.length - shown;
    more.hidden = left === 0;
    more.textContent = left > step ? `Show ${formatted(step)} more of ${formatted(left)}` : `Show the last ${formatted(left)}`;
    if (!event) return;
    announce(`${formatted(shown)} of ${formatted(items.length)} rows are shown.`);
    // The keyboard goes on at the first new row.
    const target = body.rows[first];
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  showMore();
  return el("div", { className: "table-box" }, element, more);
}
