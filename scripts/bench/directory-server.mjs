// Answers instances of any size: /N/api/identity/v1/users, made as it goes, and /N/csv, the export of the same. Prints its address.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { body } from "./people.mjs";

/** Small ones are kept, so that making them is not what is measured. */
const kept = new Map();
const server = createServer((request, response) => {
  const [, count, kind] = request.url.split(/[/?]/);
  response.writeHead(200, { "content-type": kind === "csv" ? "text/csv" : "application/json;charset=UTF-8" });
  const key = `${count}/${kind}`;
  if (!kept.has(key) && Number(count) <= 100_000) kept.set(key, [...body(Number(count), kind)]);
  Readable.from(kept.get(key) ?? body(Number(count), kind)).pipe(response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
