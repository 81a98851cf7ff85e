// The choice of a file: the button, the drop on the page, and the options of the plan.
import { byId, el } from "./dom.js";

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
  select.replaceChildren(select.options[0], ...roles.map(([id, name]) => el("option", { value: id }, name)));
  select.value = chosen;
}

/** Returns the options of planUsers. The package checks them. */
export function planOptions() {
  const maximum = byId("max-deletes").value.trim();
  const roleId = byId("new-role").value;
  const encoding = byId("encoding").value;
  return {
    ...(byId("delete-missing").checked && { deleteMissing: true, maxDeletes: /^\d+$/.test(maximum) ? Number(maximum) : maximum }),
    ...(roleId && { newUsers: { roleId } }),
    ...(encoding && { encoding }),
    otherColumns: byId("other-columns").value,
    emptyCells: byId("empty-cells").value,
  };
}
