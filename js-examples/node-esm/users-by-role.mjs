// Prints the number of users of each role.
import { connect } from "domo-users";

const domo = connect(); // reads the environment variables that the README of the examples names

const counts = new Map();
for (const { role } of await domo.getAllUsers({ parts: ["MINIMAL", "ROLE"] })) {
  counts.set(role.roleName, (counts.get(role.roleName) ?? 0) + 1);
}
console.table(Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)));
