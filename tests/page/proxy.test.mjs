// The server of the page: who may use it, what it passes on, and that it keeps the token.
import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import { before, test } from "node:test";
import { TOKEN, installExample, openSite, writesOf } from "./site.mjs";

const USERS = "/api/identity/v1/users";
let startServer;
before(async () => {
  startServer = await installExample("proxy");
});

/** Sends a request with exactly these headers: fetch does not allow Host and Sec-Fetch-Site. */
function send(url, { method = "GET", path = USERS, headers = {}, body } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers: { "sec-fetch-site": "same-origin", ...headers } }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    sent.on("error", reject).end(body);
  });
}

test("a request of the page reaches the instance with the token, and the response has no token", async (t) => {
  const { mock, url } = await openSite(t, startServer);
  const { status, headers, text } = await send(url, { headers: { origin: url } });
  assert.equal(status, 200);
  assert.equal(JSON.parse(text).users.length, 261);
  assert.equal(headers["cache-control"], "no-store");
  assert.ok(!JSON.stringify(headers).includes(TOKEN) && !text.includes(TOKEN));
  assert.equal(mock.requests.at(-1).status, 200);
});

test("requests of other origins are refused before anything is sent", async (t) => {
  const { mock, url } = await openSite(t, startServer);
  const { port } = new URL(url);
  const others = [
    { origin: "https://evil.example" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" }, // typed into the address bar, or a bookmark
    { origin: "null" },
    { origin: `http://127.0.0.1:${Number(port) + 1}`, "sec-fetch-site": "same-site" },
    { origin: url, host: `evil.example:${port}` }, // a name that points to 127.0.0.1
    { origin: `http://evil.example:${port}`, host: `evil.example:${port}` },
  ];
  for (const headers of others) {
    for (const [method, path] of [["GET", USERS], ["DELETE", `${USERS}/1000107910`], ["POST", USERS], ["OPTIONS", USERS]]) {
      const response = await send(url, { method, path, headers });
      assert.equal(response.status, 403, `${method} ${JSON.stringify(headers)}`);
      assert.equal(response.headers["access-control-allow-origin"], undefined);
    }
  }
  const bare = await fetch(url + USERS, { headers: {} });
  assert.equal(bare.status, 403, "neither Origin nor Sec-Fetch-Site of a page");
  assert.deepEqual(mock.requests, []);
});

test("other hosts cannot load the page", async (t) => {
  const { url } = await openSite(t, startServer);
  assert.equal((await send(url, { path: "/", headers: { host: "evil.example" } })).status, 403);
  assert.equal((await send(url, { path: "/", headers: { host: `localhost:${new URL(url).port}`, "sec-fetch-site": "none" } })).status, 200);
});

test("behind a sign-in proxy, PAGE_ORIGIN is the page's origin", async (t) => {
  const { mock } = await openSite(t, startServer);
  const instance = await mock.listen();
  t.after(instance.close);
  const server = await startServer({ instance: instance.baseUrl, token: TOKEN, pageOrigin: "https://people.example.com/" });
  t.after(server.close);
  const headers = { host: "people.example.com", origin: "https://people.example.com" };
  assert.equal((await send(server.url, { headers })).status, 200);
  assert.equal((await send(server.url, { headers: { ...headers, origin: "https://other.example.com", "sec-fetch-site": "same-site" } })).status, 403);
});

test("only the paths of users, roles and keys are passed on, to the instance only", async (t) => {
  const { mock, url } = await openSite(t, startServer);
  const paths = [
    "/api/data/v1/datasets", "/api/", `${USERS}/7/../../../data`, `${USERS}/7/x`, "/api/content/v1/cards", "/api//evil.example/", "/api/identity/v1/usersx",
    "//evil.example/api/identity/v1/users/x",
  ];
  for (const path of paths) assert.equal((await send(url, { path })).status, 404, path);
  for (const path of ["/server.mjs", "/../server.mjs", "/%2e%2e/server.mjs", "/package.json", "/.env", "/domo-users/package.json"]) {
    assert.equal((await send(url, { path })).status, 404, path);
  }
  assert.deepEqual(mock.requests, []);
  // An absolute request target names another host; the instance of the server is asked all the same.
  assert.equal((await send(url, { path: `http://evil.example${USERS}` })).status, 200);
  assert.deepEqual(mock.requests.map(({ path }) => path), [USERS]);
});

test("a path is passed on with the methods only that the page needs", async (t) => {
  const { mock, url } = await openSite(t, startServer);
  const needed = {
    [USERS]: ["GET", "POST"],
    [`${USERS}/1000107910`]: ["GET", "PATCH", "DELETE"],
    [`${USERS}/search`]: ["POST"],
    "/api/authorization/v1/roles": ["GET"],
    "/api/user/v1/properties/meta/keys": ["GET"],
    "/api/content/v2/users/me": ["GET"],
  };
  for (const [path, methods] of Object.entries(needed)) {
    for (const method of ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"].filter((each) => !methods.includes(each))) {
      assert.equal((await send(url, { method, path })).status, 405, `${method} ${path}`);
    }
  }
  assert.deepEqual(mock.requests, []);
});

test("nothing of the page's headers is passed on, and a redirect is not followed", async (t) => {
  let seen;
  const instance = createServer((request, response) => {
    seen = request.headers;
    response.writeHead(303, { location: "https://evil.example/", "set-cookie": "session=1" }).end();
  });
  await new Promise((resolve) => instance.listen(0, "127.0.0.1", resolve));
  t.after(() => instance.close());
  const server = await startServer({ instance: `http://127.0.0.1:${instance.address().port}`, token: TOKEN });
  t.after(server.close);
  const { status, headers } = await send(server.url, { headers: { cookie: "a=b", authorization: "Bearer x", "x-domo-developer-token": "another" } });
  assert.deepEqual([status, headers.location, headers["set-cookie"]], [303, undefined, undefined]);
  assert.equal(seen["x-domo-developer-token"], TOKEN);
  assert.deepEqual([seen.cookie, seen.authorization, seen.origin], [undefined, undefined, undefined]);
});

test("an instance that cannot be reached is a 502 without the token", async (t) => {
  t.mock.method(console, "error", () => {});
  const server = await startServer({ instance: "http://127.0.0.1:9", token: TOKEN });
  t.after(server.close);
  const { status, text } = await send(server.url);
  assert.equal(status, 502);
  assert.match(JSON.parse(text).message, /could not be reached/);
  assert.ok(!text.includes(TOKEN) && !JSON.stringify(console.error.mock.calls.map((call) => call.arguments)).includes(TOKEN));
});

test("a body that is too large is refused", async (t) => {
  const { mock, url } = await openSite(t, startServer);
  assert.equal((await send(url, { method: "POST", body: "x".repeat(1_000_001) })).status, 413);
  assert.deepEqual(writesOf(mock), []);
});

test("every response has the security headers", async (t) => {
  const { url } = await openSite(t, startServer);
  for (const path of ["/", "/main.js", "/base.css", "/domo-users/index.js", "/about.json", USERS, "/nothing"]) {
    const { headers } = await send(url, { path });
    assert.match(headers["content-security-policy"], /default-src 'none'; script-src 'self' 'wasm-unsafe-eval';.*frame-ancestors 'none'/);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
  }
});
