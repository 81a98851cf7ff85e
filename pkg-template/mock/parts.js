// Which fields of a user an answer shows.
import { refuse } from "./refused.js";

const PARTS = ["MINIMAL", "SIMPLE", "DETAILED", "GROUPS", "ROLE"];
const ROLE_NAMES = { 1: "Admin", 2: "Privileged", 3: "Editor", 4: "Participant", 5: "Social" };
const GROUPS = [{ id: 101, name: "Everyone", type: "open" }, { id: 102, name: "Sales, EMEA", type: "closed" }, { id: 103, name: "営業", type: "dynamic" }];

export const roleName = (id) => ROLE_NAMES[id] ?? `Custom role ${id}`;

/**
 * @param {string[]} given parts in any case, several in one string by comma
 * @param {{textIds?: boolean, attributes?: string[]}} how
 * @returns {(user: object) => object}
 */
export function shape(given, { textIds, attributes: keys } = {}) {
  const parts = new Set(given.filter((part) => part !== "").flatMap((part) => String(part).split(",")).map((part) => part.trim().toUpperCase()));
  for (const part of parts) if (!PARTS.includes(part)) refuse(400, `Unknown part: ${part}`);
  const detailed = parts.size === 0 || parts.has("DETAILED");
  const simple = detailed || ["SIMPLE", "GROUPS", "ROLE"].some((part) => parts.has(part));
  return (user) => {
    const { attributes, id, displayName, userName, roleId, emailAddress, ...own } = user;
    const shown = {};
    if (detailed) {
      const all = attributes ?? [];
      shown.attributes = keys ? all.filter(({ key }) => keys.includes(key)) : all;
    }
    shown.id = textIds ? String(id) : id;
    shown.displayName = displayName;
    if (simple) shown.userName = userName;
    shown.roleId = roleId;
    if (simple) shown.emailAddress = emailAddress;
    if (detailed) Object.assign(shown, own);
    if (parts.has("GROUPS")) shown.groups = GROUPS.slice(0, 1 + (Number(id) % 3));
    if (parts.has("ROLE")) shown.role = { roleId, roleName: roleName(roleId) };
    return shown;
  };
}
