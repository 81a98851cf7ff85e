// Which fields of a user a response contains.
import { refuse } from "./refusal.js";

const PARTS = ["MINIMAL", "SIMPLE", "DETAILED", "GROUPS", "ROLE"];
const GROUPS = [{ id: 101, name: "Everyone", type: "open" }, { id: 102, name: "Sales, EMEA", type: "closed" }, { id: 103, name: "営業", type: "dynamic" }];

/**
 * Returns a function that copies the requested fields of a user.
 * @param {string[]} requested parts in any case; one string may hold several, separated by commas
 * @param {{textIds?: boolean, attributes?: string[], roleName?: (id: number) => string}} options
 * @returns {(user: object) => object}
 */
export function projection(requested, { textIds, attributes: keys, roleName } = {}) {
  const parts = new Set(requested.filter((part) => part !== "").flatMap((part) => String(part).split(",")).map((part) => part.trim().toUpperCase()));
  for (const part of parts) if (!PARTS.includes(part)) refuse(400, `Unknown part: ${part}`);
  const detailed = parts.size === 0 || parts.has("DETAILED");
  const simple = detailed || ["SIMPLE", "GROUPS", "ROLE"].some((part) => parts.has(part));
  return (user) => {
    const { attributes, id, displayName, userName, roleId, emailAddress, ...others } = user;
    const result = {};
    if (detailed) {
      const all = attributes ?? [];
      result.attributes = keys ? all.filter(({ key }) => keys.includes(key)) : all;
    }
    result.id = textIds ? String(id) : id;
    result.displayName = displayName;
    if (simple) result.userName = userName;
    result.roleId = roleId;
    if (simple) result.emailAddress = emailAddress;
    if (detailed) Object.assign(result, others);
    if (parts.has("GROUPS")) result.groups = GROUPS.slice(0, 1 + (Number(id) % 3));
    if (parts.has("ROLE")) result.role = { roleId, roleName: roleName(roleId) };
    return result;
  };
}
