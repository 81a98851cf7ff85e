// Serves instances of any size: /N/api/identity/v1/users, generated while it is sent, and /N/csv, the export of the same users. Prints its address.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { body } from "./people.mjs";

/** Small instances are cached, so that generating them is not part of the measurement. */
const cache = new Map();
const server = createServer((request, response) => {
  const [, count, kind] = request.url.split(/[/?]/);
  response.writeHead(200, { "content-type": kind === "csv" ? "text/csv" : "application/json;charset=UTF-8" });
  const key = `${count}/${kind}`;
  if (!cache.has(key) && Number(count) <= 100_000) cache.set(key, [...body(Number(count), kind)]);
  Readable.from(cache.get(key) ?? body(Number(count), kind)).pipe(response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
