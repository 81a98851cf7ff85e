// The mock over real HTTP, on loopback only.
import { bytesOf, pathOf } from "./calls.js";

const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "x-request-id, retry-after" };

/** @returns {Promise<{baseUrl: string, close(): Promise<void>}>} */
export async function listen(calls, port) {
  const { createServer } = await import("node:http");
  /** One for each call under way. */
  const open = new Set();
  const server = createServer((request, response) => {
    const gone = new AbortController();
    open.add(gone);
    response.once("close", () => {
      open.delete(gone);
      gone.abort();
    });
    serve(calls, request, response, gone.signal).catch(() => request.socket.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  let closed;
  const close = () =>
    (closed ??= new Promise((resolve) => {
      for (const gone of open) gone.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, close };
}

async function serve(calls, request, response, signal) {
  const answer = calls.begin(request.method, pathOf(new URL(request.url, "http://instance")));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length > 0 ? Buffer.concat(chunks).toString("utf8") : undefined;
  const got = await answer({ headers: request.headers, body }, signal);
  if (got.drop) {
    request.socket.destroy();
    return;
  }
  const length = {};
  if (typeof got.body === "string" && got.status !== 204 && got.status !== 304) {
    length["content-length"] = Math.max(Buffer.byteLength(got.body), got.cutBodyAt === undefined ? 0 : got.cutBodyAt + 1);
  }
  response.writeHead(got.status, { ...got.headers, ...CORS, ...length });
  for (const bytes of bytesOf(got)) {
    if (response.destroyed) return;
    if (!response.write(bytes)) await drained(response, signal);
  }
  if (got.cutBodyAt === undefined) {
    response.end();
    return;
  }
  response.flushHeaders();
  request.socket.destroySoon(); // what was written still goes out
}

function drained(response, signal) {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.on("drain", done);
    signal.addEventListener("abort", done);
  });
}
