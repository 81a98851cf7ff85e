// The mock over real HTTP, on the loopback interface only.
import { bodyChunks, pathOf } from "./requests.js";

const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "x-request-id, retry-after" };

/** @returns {Promise<{baseUrl: string, close(): Promise<void>}>} */
export async function listen(requests, port) {
  const { createServer } = await nodeHttp();
  /** One controller for each request in progress. */
  const open = new Set();
  const server = createServer((request, response) => {
    const controller = new AbortController();
    open.add(controller);
    response.once("close", () => {
      open.delete(controller);
      controller.abort();
    });
    serve(requests, request, response, controller.signal).catch(() => request.socket.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  let closed;
  const close = () =>
    (closed ??= new Promise((resolve) => {
      for (const controller of open) controller.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, close };
}

/** In a variable, so that bundlers for browsers do not look for the module. */
const NODE_HTTP = "node:http";

/** Returns node:http. Jest refuses import() in CommonJS, but Node 20.16 and later have getBuiltinModule. */
async function nodeHttp() {
  const http = globalThis.process?.getBuiltinModule?.(NODE_HTTP);
  if (http) return http;
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ NODE_HTTP);
  } catch (error) {
    throw new TypeError(`mock.listen() needs Node (20.16 in Jest), Deno or Bun: this runtime has no ${NODE_HTTP}. Pass mock.fetch as the configuration's fetch instead`, { cause: error });
  }
}

async function serve(requests, request, response, signal) {
  const respond = requests.begin(request.method, pathOf(new URL(request.url, "http://instance")));
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const planned = await respond({ headers: request.headers, body: body === "" ? undefined : body }, signal);
  if (planned.drop) {
    request.socket.destroy();
    return;
  }
  const { status, headers, body: responseBody, cutBodyAt } = planned;
  const length = {};
  if (typeof responseBody === "string" && status !== 204 && status !== 304) {
    length["content-length"] = Math.max(new TextEncoder().encode(responseBody).length, cutBodyAt === undefined ? 0 : cutBodyAt + 1);
  }
  response.writeHead(status, { ...headers, ...CORS, ...length });
  for (const bytes of bodyChunks(planned)) {
    if (response.destroyed) return;
    if (!response.write(bytes)) await drained(response, signal);
  }
  if (cutBodyAt === undefined) {
    response.end();
    return;
  }
  response.flushHeaders();
  request.socket.destroySoon(); // after the bytes that were written
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
