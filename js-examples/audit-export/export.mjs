// node export.mjs inactive-admins.csv
// Writes the admins who have not been active for 90 days to a CSV file. Another role and another time: --role Privileged --days 30
// For Excel in countries that write 1,5: --delimiter ";"
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { connect, userAttributes, usersToCsv } from "domo-users";

const options = { role: { type: "string", default: "Admin" }, days: { type: "string", default: "90" }, delimiter: { type: "string", default: "," } };
const { positionals: [file = "inactive-admins.csv"], values } = parseArgs({ allowPositionals: true, options });
const days = Number(values.days);
if (!Number.isInteger(days) || days < 0) throw new Error(`--days must be a whole number, got ${values.days}`);
const domo = connect(); // reads the environment variables that the README of the examples names

const roles = await domo.listRoles();
const role = roles.find(({ name }) => name.toLowerCase() === values.role.toLowerCase());
if (!role) throw new Error(`The instance has no role "${values.role}". Its roles: ${roles.map(({ name }) => name).join(", ")}`);

const since = Date.now() - days * 24 * 60 * 60 * 1000;
let [members, inactive, unknown] = [0, 0, 0];

async function* inactiveMembers() {
  for await (const user of domo.streamUsers({ parts: "DETAILED" })) {
    if (String(user.roleId) !== String(role.id)) continue;
    members++;
    const { lastActivity } = userAttributes(user); // milliseconds since 1970; missing if the instance has recorded no activity
    if (lastActivity && Number(lastActivity) >= since) continue;
    inactive++;
    if (!lastActivity) unknown++;
    yield user;
  }
}

const csv = usersToCsv(inactiveMembers(), {
  columns: ["displayName", "emailAddress", "title", "department", "lastActivity", "created"],
  bom: true, // Excel needs a byte order mark to recognise UTF-8
  delimiter: values.delimiter,
  dates: "iso",
});
// The file holds personal data, so only its owner may read it. It gets its name only when it is complete.
await rm(`${file}.part`, { force: true });
await pipeline(Readable.fromWeb(csv), createWriteStream(`${file}.part`, { mode: 0o600 }));
await rename(`${file}.part`, file);
console.log(`${file}: ${inactive} of ${members} users with the role ${role.name} were not active in the last ${days} days; ${unknown} of them have no recorded activity`);
