// The user search: filters, order, paging.
import { isObject } from "./changes.js";
import { refuse } from "./refusal.js";

const TEXT_FIELDS = ["displayName", "emailAddress", "userName"];
const valuesOf = (user, field) => (user[field] !== undefined ? [user[field]] : (user.attributes?.find(({ key }) => key === field)?.values ?? []));

/** Returns all users that match a query, and the requested page of them. */
export function find(users, query) {
  const { offset = 0, limit = 50, filters = [], sort, ids } = query;
  if (!Number.isInteger(limit) || limit < 50 || limit > 200) refuse(400, "limit must be from 50 to 200");
  if (!Number.isInteger(offset) || offset < 0) refuse(400, "offset must be 0 or more");
  if (!Array.isArray(filters)) refuse(400, "filters must be an array");
  if (ids !== undefined && !Array.isArray(ids)) refuse(400, "ids must be an array");
  let found = users;
  if (ids) found = found.filter((user) => ids.map(Number).includes(Number(user.id)));
  for (const filter of filters) found = found.filter(matcher(filter));
  if (sort !== undefined) found = [...found].sort(order(sort));
  return { found, page: found.slice(offset, offset + limit) };
}

function matcher(filter) {
  if (!isObject(filter)) refuse(400, "A filter must be an object");
  const { filterType, field, text, operator, values } = filter;
  if (filterType === "text" && typeof text === "string") {
    const needle = text.toLowerCase();
    const fields = field ? [field] : TEXT_FIELDS;
    return (user) => fields.some((name) => valuesOf(user, name).some((value) => String(value).toLowerCase().includes(needle)));
  }
  if (filterType === "value" && typeof field === "string" && operator === "EQ" && Array.isArray(values)) {
    const wanted = new Set(values.map(String));
    return (user) => valuesOf(user, field).some((value) => wanted.has(String(value)));
  }
  return refuse(400, "A filter must be {filterType: text, text} or {filterType: value, field, operator: EQ, values}");
}

function order(sort) {
  if (!isObject(sort) || typeof sort.field !== "string" || !["ASC", "DESC", undefined].includes(sort.order)) refuse(400, "sort must be {field, order: ASC | DESC}");
  const sign = sort.order === "DESC" ? -1 : 1;
  return (a, b) => {
    const [x = "", y = ""] = [valuesOf(a, sort.field)[0], valuesOf(b, sort.field)[0]];
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * (String(x) < String(y) ? -1 : String(x) > String(y) ? 1 : 0);
  };
}
