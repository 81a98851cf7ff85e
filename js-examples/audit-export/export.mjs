// node export.mjs users.csv [column …]
// Writes all users to a CSV file for Excel while they arrive.
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { connect } from "domo-users";

const [file = "users.csv", ...columns] = process.argv.slice(2);
const domo = connect(); // reads the environment variables that the README of the examples names

let bytes = 0;
// Excel needs a byte order mark to recognise UTF-8.
const csv = domo.exportUsersCsv({ bom: true, ...(columns.length > 0 && { columns }) });
// The file gets its name only when it is complete.
await pipeline(Readable.fromWeb(csv).on("data", (chunk) => (bytes += chunk.length)), createWriteStream(`${file}.part`));
await rename(`${file}.part`, file);
console.log(`${file}: ${bytes.toLocaleString("en")} bytes`);
