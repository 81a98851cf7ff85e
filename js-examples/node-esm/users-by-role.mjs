// Prints the number of users of each role.
import { connect } from "domo-users";

const domo = connect({
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_TOKEN,
});

const counts = new Map();
for (const { role } of await domo.getAllUsers({ parts: ["MINIMAL", "ROLE"] })) {
  counts.set(role.roleName, (counts.get(role.roleName) ?? 0) + 1);
}
console.table(Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)));
