// Checks the fields of creates and updates, and applies updates.
import { refuse } from "./refusal.js";

/** The top-level fields that a create needs and an update may change. */
export const TOP_FIELDS = ["displayName", "emailAddress", "roleId"];
export const isObject = (data) => typeof data === "object" && data !== null && !Array.isArray(data);
const isScalar = (data) => data === null || ["string", "number", "boolean"].includes(typeof data);

/** Whether a value is valid for a top-level field. */
export function isValid(field, value, roles) {
  if (field === "roleId") return typeof value === "number" && roles.includes(value);
  if (field === "displayName") return typeof value === "string" && value.trim() !== "";
  return typeof value === "string" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

/** Checks the body of an update. Returns the top-level fields of the documented form, those of the attributes form, and the other attributes. */
export function readChanges(changes, roles) {
  if (!isObject(changes) || Object.keys(changes).length === 0) refuse(400, "Nothing to change");
  for (const field of Object.keys(changes)) if (field !== "attributes" && !TOP_FIELDS.includes(field)) refuse(400, `Unknown field: ${field}`);
  const attributes = changes.attributes ?? [];
  if ("attributes" in changes && (!Array.isArray(changes.attributes) || !attributes.every(isAttribute))) refuse(400, "attributes must be [{key, values}]");
  if (attributes.length === 0 && Object.keys(changes).length === 1 && "attributes" in changes) refuse(400, "Nothing to change");
  const documented = Object.fromEntries(TOP_FIELDS.filter((field) => field in changes).map((field) => [field, changes[field]]));
  const keyed = {};
  for (const { key, values } of attributes) {
    if (key === "id") refuse(400, "An id cannot be changed");
    if (!TOP_FIELDS.includes(key)) continue;
    if (values.length !== 1) refuse(400, `${key} must have one value`);
    keyed[key] = values[0];
  }
  for (const [field, value] of [...Object.entries(documented), ...Object.entries(keyed)]) {
    if (!isValid(field, value, roles)) refuse(400, `Wrong value: ${field}`);
  }
  return { documented, keyed, attributes: attributes.filter(({ key }) => !TOP_FIELDS.includes(key)) };
}

function isAttribute(value) {
  return isObject(value) && typeof value.key === "string" && value.key !== "" && Array.isArray(value.values) && value.values.every(isScalar);
}

/** Sets a top-level field, and the attribute of the same name if the user has one. */
export function setField(user, field, value) {
  user[field] = value;
  const mirror = user.attributes?.find(({ key }) => key === field);
  if (mirror) mirror.values = [value];
}

/** Sets an attribute; the values [null] and [] clear it. The user name is a field of the user, too. */
export function setAttribute(user, attribute) {
  const attributes = (user.attributes ??= []);
  const at = attributes.findIndex(({ key }) => key === attribute.key);
  const cleared = attribute.values.every((value) => value === null);
  if (attribute.key === "userName" && !cleared) user.userName = attribute.values[0];
  if (cleared && at >= 0) attributes.splice(at, 1);
  else if (!cleared && at >= 0) attributes[at] = { ...attributes[at], ...attribute };
  else if (!cleared) attributes.push({ ...attribute });
}
