// The mock over real HTTP, on loopback only.
import { bytesOf, pathOf } from "./calls.js";

const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "x-request-id, retry-after" };

/** @returns {Promise<{baseUrl: string, close(): Promise<void>}>} */
export async function listen(calls, port) {
  const { createServer } = await nodeHttp();
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

/** The name stands in a variable, so that bundlers for browsers do not look for the module. */
const NODE_HTTP = "node:http";

/** Jest refuses import() in CommonJS; from 20.16 on, Node hands its modules out by a function too. */
async function nodeHttp() {
  const http = globalThis.process?.getBuiltinModule?.(NODE_HTTP);
  if (http) return http;
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ NODE_HTTP);
  } catch (error) {
    throw new TypeError(`mock.listen() needs Node (20.16 in Jest), Deno or Bun: this runtime has no ${NODE_HTTP}. Pass mock.fetch as the configuration's fetch instead`, { cause: error });
  }
}

async function serve(calls, request, response, signal) {
  const answer = calls.begin(request.method, pathOf(new URL(request.url, "http://instance")));
  let body = "";
  for await (const text of request.setEncoding("utf8")) body += text;
  const got = await answer({ headers: request.headers, body: body === "" ? undefined : body }, signal);
  if (got.drop) {
    request.socket.destroy();
    return;
  }
  const length = {};
  if (typeof got.body === "string" && got.status !== 204 && got.status !== 304) {
    length["content-length"] = Math.max(new TextEncoder().encode(got.body).length, got.cutBodyAt === undefined ? 0 : got.cutBodyAt + 1);
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
