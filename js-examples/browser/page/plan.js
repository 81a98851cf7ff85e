// A plan as a page: counts, charts, warnings, and the table of its changes.
import { countChart, shareChart } from "./chart.js";
import { countActions, countFields } from "./changes.js";
import { counted, el, formatted, table, visible } from "./dom.js";

const ACTIONS = {
  delete: { sign: "−", noun: "Delete", legend: "deleted" },
  update: { sign: "~", noun: "Update", legend: "updated" },
  create: { sign: "+", noun: "Create", legend: "created" },
};

export function planCharts(plan, described) {
  const counts = countActions(plan.changes);
  const parts = Object.entries(ACTIONS).map(([action, { legend }]) => [action, legend, counts[action]]);
  const fields = countFields(described);
  return el("div", { className: "charts" },
    shareChart("People", [...parts, ["unchanged", "unchanged", plan.unchanged]]),
    fields.length > 0 && countChart("Fields that updates change", fields.slice(0, 8)));
}

export function planWarnings({ warnings }) {
  if (warnings.length === 0) return undefined;
  return el("section", { className: "notice warn", "aria-labelledby": "warnings-heading" },
    el("h3", { id: "warnings-heading" }, counted(warnings.length, "warning")),
    el("ul", {}, warnings.map((warning) => el("li", {}, warning))));
}

/**
 * Returns the table of changes with buttons that show one kind of change only.
 * @param {object[]} described the changes, from describePlan
 * @param {object} [result] of a run: adds what happened to each change
 */
export function changesTable(described, result) {
  const filters = [
    ["All", () => true],
    ["Deletes", ({ action }) => action === "delete"],
    ["Role changes", ({ changesRole }) => changesRole],
    ["Updates", ({ action }) => action === "update"],
    ["Creates", ({ action }) => action === "create"],
    ...(result ? [["Not done", ({ index }) => result.results[index].status !== "done"]] : []),
  ].map(([name, test]) => [name, described.filter(test)]).filter(([name, items]) => name === "All" || items.length > 0);
  const box = el("div");
  const buttons = filters.map(([name, items]) =>
    el("button", { type: "button", className: "filter", "aria-pressed": "false", onclick: () => show(name) },
      name, " ", el("span", { className: "filter-count" }, formatted(items.length))));

  function show(name) {
    filters.forEach(([other], i) => buttons[i].setAttribute("aria-pressed", String(other === name)));
    box.replaceChildren(table({
      caption: `Changes: ${name}`,
      className: "changes-table",
      columns: ["Person", "Change", "What changes", result ? "Result" : "Row"],
      items: filters.find(([other]) => other === name)[1],
      rowClass: ({ action }) => `row-${action}`,
      row: (change) => [
        el("span", { className: "who" }, el("span", { className: "name", dir: "auto" }, change.name), el("span", { className: "email" }, change.email)),
        actionBadge(change.action),
        fieldList(change),
        result ? outcome(result.results[change.index]) : change.row === undefined ? el("span", { className: "muted" }, "–") : formatted(change.row),
      ],
    }));
  }
  show("All");
  return el("section", { "aria-labelledby": "changes-heading", className: "changes" },
    el("h3", { id: "changes-heading" }, "Changes"),
    el("div", { className: "filter-row", role: "group", "aria-label": "Show changes of one kind" }, buttons), box);
}

function actionBadge(action) {
  const { sign, noun } = ACTIONS[action];
  return el("span", { className: `badge badge-${action}` }, el("span", { "aria-hidden": "true" }, `${sign} `), noun);
}

function fieldList({ action, fields }) {
  const isUpdate = action === "update";
  const lines = fields.map((field) => el("div", { className: isUpdate && field.key === "roleId" ? "field-line important" : "field-line" },
    el("dt", {}, field.label), el("dd", {}, fieldValue(action, field))));
  return el("dl", { className: isUpdate ? "fields" : "fields fields-inline" }, lines);
}

function fieldValue(action, { before, after }) {
  const none = () => el("span", { className: "none" }, "none");
  const old = () => (before === undefined ? none() : el("del", { dir: "auto" }, before));
  if (action === "delete") return el("span", { dir: "auto" }, before ?? "none");
  const next = () => (after === undefined ? el("span", { className: "none" }, "cleared") : el("ins", { dir: "auto" }, after));
  if (action === "create") return el("span", { dir: "auto" }, after ?? "none");
  const arrow = el("span", { className: "arrow" },
    el("span", { "aria-hidden": "true" }, " → "), el("span", { className: "visually-hidden" }, " becomes "));
  return [old(), arrow, next()];
}

function outcome({ status, unsent, error }) {
  const words = { done: unsent ? "In effect already" : "Done", failed: "Failed", skipped: "Not done" };
  return el("span", { className: "outcome" },
    el("span", { className: `badge outcome-${status}` }, words[status]),
    error && el("span", { className: "outcome-error" }, `${error.code}: ${error.message}`));
}

/** The errors of a file that was refused, row by row. */
export function errorsTable(rows) {
  return table({
    caption: "Errors of the file",
    className: "errors-table",
    columns: ["Row", "Column", "Value", "What is wrong"],
    items: rows,
    row: ({ row, column, value, reason }) => [
      formatted(row), column === undefined ? "–" : visible(column), value ? el("code", { dir: "auto" }, visible(value)) : el("span", { className: "muted" }, "empty"), reason,
    ],
  });
}
