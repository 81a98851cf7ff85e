// The choice of a file: the button, the drop on the page, and the options of the plan.
import { byId, el, visible } from "./dom.js";

/** Calls `onFile` with each file that is chosen or dropped. `mayDrop` tells whether a drop is accepted now. */
export function listenForFiles({ onFile, mayDrop }) {
  const input = byId("file");
  byId("drop").addEventListener("click", chooseFile);
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again after it was corrected
    if (file) onFile(file);
  });
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  // A drop anywhere is taken: without this, a browser that is missed by a centimetre shows the file instead of the page.
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = mayDrop() ? "copy" : "none";
    document.body.classList.toggle("dragging", mayDrop());
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) document.body.classList.remove("dragging");
  });
  addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    document.body.classList.remove("dragging");
    const [file] = event.dataTransfer.files;
    if (file && mayDrop()) onFile(file);
  });
  byId("delete-missing").addEventListener("change", showMaximum);
  byId("options").addEventListener("submit", (event) => event.preventDefault());
  showMaximum();
}

export const chooseFile = () => byId("file").click();

/** The maximum matters only if people are deleted at all. */
function showMaximum() {
  byId("maximum").hidden = !byId("delete-missing").checked;
}

export function fillNewRoles(roles) {
  const select = byId("new-role");
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...roles.map(([id, name]) => el("option", { value: id }, visible(name))));
  select.value = chosen;
}

/** Returns the options of planUsers. The package checks them. */
export function planOptions() {
  const value = (id) => byId(id).value.trim();
  const maximum = value("max-deletes");
  const columns = columnsOf(value("columns"));
  const newAttributes = value("new-attributes").split(",").map((key) => key.trim()).filter(Boolean);
  return {
    ...(byId("delete-missing").checked && { deleteMissing: true, maxDeletes: /^\d+$/.test(maximum) ? Number(maximum) : maximum }),
    ...(Object.keys(columns).length > 0 && { columns }),
    ...(newAttributes.length > 0 && { newAttributes }),
    ...(value("new-role") && { newUsers: { roleId: value("new-role") } }),
    ...(value("encoding") && { encoding: value("encoding") }),
    otherColumns: value("other-columns"),
    emptyCells: value("empty-cells"),
  };
}

/** Reads lines such as `Mail = emailAddress`. A header may contain a =, a field may not, so the last one counts. */
function columnsOf(lines) {
  const pairs = lines.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const end = line.lastIndexOf("=");
    return end < 0 ? [line.trim(), null] : [line.slice(0, end).trim(), line.slice(end + 1).trim() || null];
  });
  return Object.fromEntries(pairs);
}
