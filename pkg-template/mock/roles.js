// The roles of an instance.

const NAMES = { 1: "Admin", 2: "Privileged", 3: "Editor", 4: "Participant", 5: "Social" };
/** The number of grants of Domo's own roles; custom roles have CUSTOM_GRANTS. */
const GRANTS = { 1: 100, 2: 40, 3: 30, 4: 15, 5: 5 };
const CUSTOM_GRANTS = 10;
const CREATED = 1_500_000_000_000;

/** Returns the roles of the option `roles` as objects: an id gets Domo's own name, or that of a custom role. */
export const namedRoles = (roles) => roles.map((role) => (typeof role === "number" ? { id: role, name: NAMES[role] ?? `Custom role ${role}` } : { ...role }));

export const roleName = (id, roles) => roles.find((role) => role.id === id)?.name ?? `Custom role ${id}`;

/** Returns the roles as the instance lists them, each with the number of its users. */
export function describeRoles(roles, users) {
  const counts = new Map();
  for (const { roleId } of users) counts.set(roleId, (counts.get(roleId) ?? 0) + 1);
  return roles.map(({ id, name, ...others }) => ({
    id, name, description: "", authorityCount: GRANTS[id] ?? CUSTOM_GRANTS, created: CREATED, modified: CREATED, ...others, userCount: counts.get(id) ?? 0,
  }));
}
