// The list of people: read from the instance, searched and filtered on the page.
import { userAttributes } from "/domo-users/index.js";
import { byId, counted, el, formatted, table, visible } from "./dom.js";

const collator = new Intl.Collator("en", { sensitivity: "base" });
/** Lower case without accents, so that `zoe` finds `Zoë`. */
const folded = (string) => string.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const PREFIX = "department:";

let people = [];
let roleNames = new Map();
/** The number of the last read: the people of an earlier one that ends later are not shown. */
let lastRead = 0;

/** Reads all people and the roles, and shows them. */
export async function readPeople(domo) {
  const box = byId("people-table");
  const count = byId("people-count");
  const number = ++lastRead;
  byId("reload").disabled = true;
  box.setAttribute("aria-busy", "true");
  try {
    const roles = domo.listRoles().catch((error) => error);
    const found = [];
    for await (const user of domo.streamUsers({ parts: "DETAILED" })) {
      found.push(person(user));
      if (number !== lastRead) return;
      if (found.length % 1000 === 0) count.textContent = `${formatted(found.length)} people so far`;
    }
    const listed = await roles;
    if (number !== lastRead) return;
    people = found.sort((a, b) => collator.compare(a.name, b.name));
    const problem = listed instanceof Error ? listed : undefined;
    roleNames = new Map(problem ? [] : listed.map(({ id, name }) => [String(id), name]));
    fillFilters(problem);
    showPeople();
  } catch (error) {
    if (number !== lastRead) return;
    count.textContent = "";
    box.replaceChildren(el("p", { className: "notice bad", role: "alert" }, el("strong", {}, "The people could not be read. "), error.message));
  } finally {
    if (number === lastRead) {
      box.removeAttribute("aria-busy");
      byId("reload").disabled = false;
    }
  }
}

function person(user) {
  const { department, title } = userAttributes(user);
  const string = (value) => (value === undefined || value === null ? "" : [value].flat().join(", "));
  const one = { name: user.displayName ?? "", email: user.emailAddress ?? "", roleId: String(user.roleId), department: string(department), title: string(title) };
  return { ...one, words: folded(`${one.name}\n${one.email}\n${one.title}`) };
}

export const roleName = (id) => roleNames.get(id) ?? `Role ${id}`;
/** Returns the roles as [id, name]. */
export const roles = () => [...roleNames];

function fillFilters(problem) {
  const options = (select, values, label) => {
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...values.map(([value, count]) => el("option", { value }, `${visible(label(value))} (${formatted(count)})`)));
    select.value = chosen;
    if (select.selectedIndex < 0) select.value = "";
  };
  const byRole = tally(people.map(({ roleId }) => roleId));
  options(byId("role"), [...byRole].sort(([a], [b]) => a - b), roleName);
  const byDepartment = tally(people.map(({ department }) => department));
  const named = [...byDepartment].filter(([name]) => name !== "").sort(([a], [b]) => collator.compare(a, b));
  const unnamed = byDepartment.has("") ? [["", byDepartment.get("")]] : [];
  // An empty value means all departments, so every department has a prefix.
  options(byId("department"), [...named, ...unnamed].map(([name, count]) => [PREFIX + name, count]), (value) => value.slice(PREFIX.length) || "No department");
  byId("role-problem").hidden = !problem;
  byId("role-problem").textContent = problem ? `The names of the roles could not be read. ${problem.message}` : "";
}

function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Shows the people that the search and the filters leave. */
export function showPeople() {
  const [words, role, department] = [folded(byId("search").value.trim()), byId("role").value, byId("department").value];
  const shown = people.filter((one) =>
    one.words.includes(words) && (role === "" || one.roleId === role) && (department === "" || PREFIX + one.department === department));
  const all = counted(people.length, "person", "people");
  byId("people-count").textContent = shown.length === people.length ? all : `${formatted(shown.length)} of ${all}`;
  if (shown.length === 0) {
    const reason = people.length === 0 ? "The instance has no people." : "Nobody fits the search and the filters.";
    byId("people-table").replaceChildren(el("p", { className: "empty" }, reason));
    return;
  }
  byId("people-table").replaceChildren(table({
    caption: "People of the instance",
    className: "people-table",
    columns: ["Name", "Role", "Department", "Title"],
    items: shown,
    row: ({ name, email, roleId, department: where, title }) => [
      el("span", { className: "person" }, monogram(name),
        el("span", { className: "who" }, el("span", { className: "name", dir: "auto" }, visible(name)), el("span", { className: "email" }, visible(email)))),
      el("span", { className: "chip" }, visible(roleName(roleId))), visible(where) || "–", visible(title) || "–",
    ],
  }));
}

/** A circle with the first letters of a name; the colour depends on the name only. */
export function monogram(name) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => (word ? [...word][0] : "")).join("");
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 7);
  return el("span", { className: `monogram hue-${hue}`, "aria-hidden": "true" }, letters.toUpperCase());
}
