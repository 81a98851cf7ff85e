// What a create and an update may say, and how an update is carried out.
import { refuse } from "./refused.js";

export const TOP = ["displayName", "emailAddress", "roleId"];
export const isObject = (data) => typeof data === "object" && data !== null && !Array.isArray(data);
const isScalar = (data) => data === null || ["string", "number", "boolean"].includes(typeof data);

export function fits(field, given, roles) {
  if (field === "roleId") return typeof given === "number" && roles.includes(given);
  if (field === "displayName") return typeof given === "string" && given.trim() !== "";
  return typeof given === "string" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given);
}

/** The top-level fields that an update sets, by both forms together, checked; and its attributes. */
export function readChanges(changes, roles) {
  if (!isObject(changes) || Object.keys(changes).length === 0) refuse(400, "Nothing to change");
  for (const field of Object.keys(changes)) if (field !== "attributes" && !TOP.includes(field)) refuse(400, `Unknown field: ${field}`);
  const attributes = changes.attributes ?? [];
  if ("attributes" in changes && (!Array.isArray(changes.attributes) || !attributes.every(isAttribute))) refuse(400, "attributes must be [{key, values}]");
  if (attributes.length === 0 && Object.keys(changes).length === 1 && "attributes" in changes) refuse(400, "Nothing to change");
  const documented = Object.fromEntries(TOP.filter((field) => field in changes).map((field) => [field, changes[field]]));
  const keyed = {};
  for (const { key, values } of attributes) {
    if (key === "id") refuse(400, "An id cannot be changed");
    if (!TOP.includes(key)) continue;
    if (values.length !== 1) refuse(400, `${key} must have one value`);
    keyed[key] = values[0];
  }
  for (const [field, value] of [...Object.entries(documented), ...Object.entries(keyed)]) {
    if (!fits(field, value, roles)) refuse(400, `Wrong value: ${field}`);
  }
  return { documented, keyed, attributes: attributes.filter(({ key }) => !TOP.includes(key)) };
}

function isAttribute(given) {
  return isObject(given) && typeof given.key === "string" && given.key !== "" && Array.isArray(given.values) && given.values.every(isScalar);
}

/** Sets a top-level field, and the attribute of the same name where the user has one. */
export function setField(user, field, value) {
  user[field] = value;
  const mirror = user.attributes?.find(({ key }) => key === field);
  if (mirror) mirror.values = [value];
}

/** Sets an attribute; [null] and [] clear it. */
export function setAttribute(user, attribute) {
  const attributes = (user.attributes ??= []);
  const at = attributes.findIndex(({ key }) => key === attribute.key);
  const cleared = attribute.values.every((value) => value === null);
  if (cleared && at >= 0) attributes.splice(at, 1);
  else if (!cleared && at >= 0) attributes[at] = { ...attributes[at], ...attribute };
  else if (!cleared) attributes.push({ ...attribute });
}
