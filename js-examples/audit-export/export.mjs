// node export.mjs users.csv [column …]: all users as CSV for Excel, written as they arrive.
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connect } from "domo-users";

const [file = "users.csv", ...columns] = process.argv.slice(2);
const domo = connect({
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_TOKEN,
});

let bytes = 0;
// The auditor opens it in Excel, which wants a byte order mark.
const csv = domo.exportUsersCsv({ bom: true, ...(columns.length > 0 && { columns }) });
// Under its own name only when it is whole.
await pipeline(Readable.fromWeb(csv).on("data", (chunk) => (bytes += chunk.length)), createWriteStream(`${file}.part`));
await rename(`${file}.part`, file);
console.log(`${file}: ${bytes.toLocaleString("en")} bytes`);
