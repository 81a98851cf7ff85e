// What the commands for single users say: nothing about rows, columns and options of lists.
import { inQuotes } from "./command-line.js";
import { CliError, reworded } from "./errors.js";

/** Returns a name as headers are compared: without case, spaces, hyphens and `_`. */
export const folded = (name) => name.toLowerCase().replace(/[\s_-]/g, "");

/** Fields of a list that a plan ignores, since the Users API does not change them. */
const UNCHANGEABLE = new Set(["created", "modified", "lastActivity", "lastLogin", "groups", "sendInvite", "edit"].map(folded));

/** Refuses fields and attributes that cannot be set: a plan would leave them out. */
export function refuseUnchangeable({ attributes, ...fields }) {
  const keys = Array.isArray(attributes) ? attributes.map((attribute) => String(attribute?.key)) : [];
  const found = [...Object.keys(fields), ...keys].filter((name) => UNCHANGEABLE.has(folded(name)));
  if (found.length > 0) throw new CliError(`${found.join(", ")} cannot be set with the Users API. Leave ${found.length === 1 ? "it" : "them"} out.`);
}

/** Parses a value as a cell of a list is parsed: a JSON array such as `["a","b"]` holds several values, any other string is one value. */
export function valuesOf(text) {
  try {
    const values = JSON.parse(text);
    return Array.isArray(values) ? values : text;
  } catch {
    return text;
  }
}

/** Advice for lists, at the end of a reason. */
const ADVICE = / (?:Map it with columns|Ignore it with columns|If the column is no role at Domo)\b.*$/s;

/** Returns a line for each reason of an error of `planUsers`. */
export const reasonsOf = ({ rows }) =>
  rows.map(({ column, reason }) => {
    const cause = reason.replace(ADVICE, "").replace(" and no new user of the list", "");
    const remedy = reason.includes("newAttributes: [") ? ` To write it as a new attribute: --new-attribute ${inQuotes(column)}` : "";
    return `- ${column === undefined ? "" : `${column}: `}${cause}${remedy}`;
  }).join("\n");

const WORDS = [
  [/ in 1 row \(row \d+\)/, ""],
  [/add a column userName with the new address/, "give userName=<new address> as well"],
  [/^The list has other text/, "The change has other text"],
];

/** Returns a plan that comes from no list: its changes have no rows, and its warnings do not mention any. */
export const withoutRows = (plan) => ({
  ...plan,
  changes: plan.changes.map(({ row, ...change }) => change),
  warnings: plan.warnings.map((warning) => reworded(warning, WORDS)),
});
