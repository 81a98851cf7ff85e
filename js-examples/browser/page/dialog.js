// The question before a plan is applied. A modal <dialog> keeps the keyboard inside and gives the focus back when it closes.
import { counted, el, formatted } from "./dom.js";

/**
 * Asks whether a plan may be applied. Deletes must be confirmed by typing their number.
 * @returns {Promise<boolean>}
 */
export function confirmPlan({ title, instance, counts, deleted }) {
  const total = counts.delete + counts.update + counts.create;
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([action, count]) => counted(count, action));
  const input = el("input", { id: "confirm-number", type: "text", inputmode: "numeric", autocomplete: "off", "aria-describedby": "confirm-problem" });
  const problem = el("p", { id: "confirm-problem", className: "field-problem", role: "alert" });
  const some = deleted.slice(0, 3).map(({ name }) => name).join(", ");
  const others = deleted.length > 3 ? ` and ${counted(deleted.length - 3, "other")}` : "";
  const question = counts.delete > 0 && [
    el("p", { className: "danger-note" }, el("strong", {}, `${counted(counts.delete, "person is", "people are")} deleted: `),
      `${some}${others}. A deleted person who is created again gets a new id, without groups and content.`),
    el("label", { className: "field", for: "confirm-number" }, `Type ${formatted(counts.delete)} to confirm the deletes`, input), problem,
  ];
  const form = el("form", { method: "dialog" },
    el("h2", { id: "confirm-title" }, title),
    el("p", {}, `${counted(total, "change")} (${parts.join(", ")}) will be sent to `, el("strong", {}, instance), "."),
    question,
    el("div", { className: "actions" },
      el("button", { type: "button", className: "secondary", onclick: () => dialog.close("no") }, "Cancel"),
      el("button", { type: "submit", value: "yes", className: counts.delete > 0 ? "danger" : "primary" }, `Apply ${counted(total, "change")}`)));
  const dialog = el("dialog", { "aria-labelledby": "confirm-title" }, form);
  form.addEventListener("submit", (event) => {
    if (counts.delete === 0 || input.value.replace(/[\s,.]/g, "") === String(counts.delete)) return;
    event.preventDefault();
    problem.textContent = `The plan deletes ${formatted(counts.delete)}: type that number, or choose Cancel.`;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  });
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
    if (counts.delete > 0) input.focus();
  });
}
