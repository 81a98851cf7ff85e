// The attribute keys of an instance.

/** The keys that Domo defines. Others are the instance's own, or come from its identity provider. */
const STANDARD = `id displayName userName emailAddress roleId department title phoneNumber deskPhoneNumber employeeId employeeNumber employeeLocation hireDate created
  modified lastActivity lastLogin reportsTo timeZone locale alternateEmail avatarKey invitorUserId isActive isAnonymous isPending isSystemUser`.split(/\s+/);

export const KEYSPACES = ["domo-defined", "customer-defined", "idp"];

/** Returns the keys as the instance lists them: Domo's own, those that users hold, and those of the option `attributeKeys`, which describes a key of the others too. */
export function keyList(users, extra) {
  const keys = new Map(STANDARD.map((key) => [key, described({ key, keyspace: "domo-defined" })]));
  for (const { attributes = [] } of users) {
    for (const { key, values } of attributes) {
      if (!keys.has(key)) keys.set(key, described({ key }));
      if (values.length > 1) keys.get(key).validator = "ANY_VALUE_MULTI";
    }
  }
  for (const each of extra) {
    const given = typeof each === "string" ? { key: each } : each;
    keys.set(given.key, { ...(keys.get(given.key) ?? described(given)), ...given });
  }
  return [...keys.values()];
}

const described = ({ key, keyspace = "customer-defined" }) => ({ key, title: titleOf(key), description: "", keyspace, validator: "ANY_VALUE", valueType: "STRING" });

/** costCenter → Cost Center */
const titleOf = (key) => key.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/^./, (first) => first.toUpperCase());
