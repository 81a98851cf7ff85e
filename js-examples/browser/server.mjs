// Serves the page, and passes its requests on to the instance with the developer token, which the page never sees.
// README.md says how to start this server, and what a deployment needs in front of it.
import { createReadStream, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { connect } from "domo-users";

const here = dirname(fileURLToPath(import.meta.url));
const packageFolder = dirname(createRequire(import.meta.url).resolve("domo-users/package.json"));
/** Path → file. No other file can be requested. */
const FILES = new Map([
  ...readdirSync(join(here, "page")).map((name) => [name === "index.html" ? "/" : `/${name}`, join(here, "page", name)]),
  ["/domo-users/index.js", join(packageFolder, "index.js")],
]);
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

/** The requests that `domo-users` sends for people: path → methods. The token can do more, so no other request is passed on. */
const ROUTES = [
  [/^\/api\/identity\/v1\/users$/, ["GET", "POST"]],
  [/^\/api\/identity\/v1\/users\/\d+$/, ["GET", "PATCH", "DELETE"]],
  [/^\/api\/identity\/v1\/users\/search$/, ["POST"]],
  [/^\/api\/authorization\/v1\/roles$/, ["GET"]],
  [/^\/api\/user\/v1\/properties\/meta\/keys$/, ["GET"]],
  [/^\/api\/content\/v2\/users\/me$/, ["GET"]],
];
const MAX_BODY = 1_000_000;

const SECURITY_HEADERS = {
  // 'wasm-unsafe-eval' lets the package start its WebAssembly module; it does not allow eval.
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Starts the server on 127.0.0.1.
 * @param {{instance: string, token: string, port?: number, pageOrigin?: string, name?: string}} options `instance` is the address of the instance; `name` is what the
 * page calls it; `pageOrigin` is the address of the page as the browser sees it, if a sign-in proxy stands in front
 */
export async function startServer({ instance, token, port = 0, pageOrigin, name = new URL(instance).host }) {
  const origins = new Set(pageOrigin ? [new URL(pageOrigin).origin] : []);
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    respond(request, response).catch((error) => {
      if (response.destroyed) return; // the page cancelled its request
      console.error(`${request.method} ${request.url}: ${error.message} ${error.cause?.code ?? ""}`);
      if (!response.headersSent) send(response, 502, `The instance could not be reached (${error.cause?.code ?? error.message}).`);
      else response.destroy();
    });
  });

  async function respond(request, response) {
    // `request.url` may name another host; only its path is used.
    const { pathname, search } = new URL(request.url, "http://page");
    const refused = refusal(request, origins, pathname);
    if (refused) return send(response, 403, refused);
    if (pathname.startsWith("/api/")) return forward(request, response, pathname, search);
    if (request.method !== "GET") return send(response, 405, "Only GET is allowed here.");
    if (pathname === "/about.json") return sendJson(response, { instance: name });
    const file = FILES.get(pathname);
    if (!file) return send(response, 404, `There is no ${pathname}.`);
    response.writeHead(200, { "content-type": TYPES[extname(file)], "cache-control": "no-cache" });
    await pipeline(createReadStream(file), response);
  }

  async function forward(request, response, pathname, search) {
    const [, methods] = ROUTES.find(([path]) => path.test(pathname)) ?? [];
    if (!methods) return send(response, 404, `This server does not pass ${pathname} on.`);
    if (!methods.includes(request.method)) return send(response, 405, `This server does not pass ${request.method} ${pathname} on.`);
    const body = await bodyOf(request);
    if (body === undefined) return send(response, 413, "The request is too large.");
    const abort = new AbortController();
    response.on("close", () => abort.abort());
    // No header of the page is passed on, except the type of the body.
    const headers = { accept: "application/json", "x-domo-developer-token": token };
    if (body.length > 0) headers["content-type"] = request.headers["content-type"] ?? "application/json";
    const reply = await fetch(instance + pathname + search, {
      method: request.method, headers, body: body.length > 0 ? body : undefined, redirect: "manual", signal: abort.signal,
    });
    response.statusCode = reply.status;
    response.setHeader("cache-control", "no-store");
    for (const name of ["content-type", "retry-after", "x-request-id"]) if (reply.headers.has(name)) response.setHeader(name, reply.headers.get(name));
    if (reply.body) await pipeline(Readable.fromWeb(reply.body), response);
    else response.end();
  }

  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const { port: actual } = server.address();
  for (const host of ["127.0.0.1", "localhost"]) origins.add(`http://${host}:${actual}`);
  return {
    url: `http://127.0.0.1:${actual}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Returns why a request is refused, if it is. Another site must not use the token by a page that the admin has open at the same time: a browser sends Origin or
 * Sec-Fetch-Site with every request to /api/, and a page cannot change them. Host is checked because another site can let its own name point to 127.0.0.1.
 */
function refusal({ headers }, origins, pathname) {
  const hosts = [...origins].map((origin) => new URL(origin).host);
  if (!hosts.includes(headers.host)) return "This address is not the page's. Behind a sign-in proxy, set PAGE_ORIGIN to the address that people open.";
  if (!pathname.startsWith("/api/")) return undefined;
  const { origin, "sec-fetch-site": site } = headers;
  const isSameOrigin = site === "same-origin" || (site === undefined && origin !== undefined);
  if (isSameOrigin && (origin === undefined || origins.has(origin))) return undefined;
  return "Only the page itself may send requests to /api/.";
}

/** Returns the body of a request; undefined if it is too large. */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const sendJson = (response, value, status = 200) =>
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(value));
/** Sends a message in the form of Domo's errors, so that it becomes part of the DomoError that the page shows. */
const send = (response, status, message) => sendJson(response, { status, message }, status);

/** Reads the environment variables. The package decides what they may be, as it does for every program. */
async function settings({ DOMO_INSTANCE: instance, DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: token, PORT: port = "8017", PAGE_ORIGIN: pageOrigin }) {
  if (!token) throw new Error("DOMO_DEVELOPER_TOKEN is not set. Make a token in Domo under Admin > Authentication > Access tokens.");
  const config = { ...(instance && { instance }), ...(baseUrl && { baseUrl }), developerToken: token };
  return { ...(await destinationOf(config)), port: Number(port), pageOrigin };
}

/** Returns the address and the token that the package uses for a configuration: those of a request that is not sent. */
async function destinationOf(config) {
  const path = "/api/content/v2/users/me";
  let destination;
  const record = async (url, { headers }) => {
    destination = { instance: url.slice(0, -path.length), token: new Headers(headers).get("x-domo-developer-token") };
    return Response.json({});
  };
  await connect({ ...config, fetch: record }).request({ method: "GET", path });
  return destination;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const options = await settings(process.env);
    const { url } = await startServer(options);
    console.log(`The people of ${new URL(options.instance).host}: open ${options.pageOrigin ?? url}`);
  } catch (error) {
    console.error(error.code === "EADDRINUSE" ? `Another program uses port ${error.port}: set PORT to another number.` : error.message);
    process.exitCode = 1;
  }
}
