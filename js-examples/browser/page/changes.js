// What a change does, for people: labels and values instead of keys and ids. The plan itself is left as it is.
import { visible } from "./dom.js";

/** Labels of fields whose key is not readable; other keys become words by their capitals. */
const LABELS = { roleId: "Role", reportsTo: "Manager", emailAddress: "E-mail address", displayName: "Name", userName: "User name", employeeId: "Employee id" };
const DATES = new Set(["hireDate"]);
const DAY_MS = 86_400_000;

export const label = (key) => LABELS[key] ?? visible(key).replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`).replace(/^./, (first) => first.toUpperCase());

/** The order of a review: what cannot come back first, then what changes rights. */
const RANK = { delete: 0, role: 1, update: 2, create: 3 };
const rank = ({ action, changesRole }) => RANK[action === "update" && changesRole ? "role" : action];

/**
 * Returns the changes of a plan in the order of a review.
 * @typedef {{key: string, label: string, before?: string, after?: string}} Field
 * @returns {Array<{index: number, action: string, name: string, email: string, row?: number, changesRole: boolean, fields: Field[]}>}
 */
export function describePlan({ changes, names = {} }) {
  const described = changes.map((change, index) => {
    const { name, email, ...rest } = describe(change, names);
    return { index, action: change.action, row: change.row, name: visible(name), email: visible(email), ...rest };
  });
  return described.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
}

function describe(change, names) {
  const shown = (key, values) => display(key, values, names);
  if (change.action === "create") {
    const { displayName: name, emailAddress: email, ...rest } = change.user;
    const fields = values({ ...rest, ...change.then, attributes: [...(rest.attributes ?? []), ...(change.then?.attributes ?? [])] });
    return { name, email, changesRole: false, fields: fields.map(([key, list]) => ({ key, label: label(key), after: shown(key, list) })) };
  }
  const { displayName, emailAddress } = { ...change.before, ...change.who };
  const who = { name: displayName || `User ${change.id}`, email: emailAddress ?? "" };
  if (change.action === "delete") {
    const { roleId, attributes = [] } = change.before ?? {};
    const kept = attributes.filter(({ key }) => key === "department" || key === "title");
    const fields = values({ ...(roleId !== undefined && { roleId }), attributes: kept });
    return { ...who, changesRole: false, fields: fields.map(([key, list]) => ({ key, label: label(key), before: shown(key, list) })) };
  }
  const old = new Map(values(change.before ?? {}));
  const fields = values(change.changes).map(([key, list]) => ({ key, label: label(key), before: shown(key, old.get(key)), after: shown(key, list) }));
  return { ...who, changesRole: fields.some(({ key }) => key === "roleId"), fields };
}

/** Returns the fields and attributes of a user as [key, values]. */
function values({ attributes = [], ...fields }) {
  const top = Object.entries(fields).filter(([key]) => key !== "id").map(([key, value]) => [key, [value]]);
  return [...top, ...attributes.map(({ key, values: list }) => [key, list])];
}

/** Returns undefined for a field without a value. */
function display(key, list = [], names) {
  const present = list.filter((value) => value !== null && value !== "");
  if (present.length === 0) return undefined;
  return present.map((value) => {
    if (key === "roleId") return visible(names.roles?.[value] ?? `Role ${value}`);
    if (key === "reportsTo") return visible(names.users?.[value] ?? value);
    if (DATES.has(key)) return date(value);
    return visible(value);
  }).join(", ");
}

function date(value) {
  const day = new Date(Number(value));
  if (Number.isNaN(day.getTime())) return visible(value);
  const iso = day.toISOString();
  return day.getTime() % DAY_MS === 0 ? iso.slice(0, 10) : `${iso.slice(0, 19).replace("T", " ")} UTC`;
}

/** Returns how many updates change each field, the most frequent first. */
export function countFields(described) {
  const counts = new Map();
  for (const { action, fields } of described) {
    if (action === "update") for (const { label: name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Returns the number of changes of each action. */
export function countActions(changes) {
  const counts = { delete: 0, update: 0, create: 0 };
  for (const { action } of changes) counts[action]++;
  return counts;
}
