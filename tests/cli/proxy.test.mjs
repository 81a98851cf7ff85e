// HTTPS_PROXY, HTTP_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS, on every supported Node.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { nodes } from "../support/nodes.mjs";
import { run, scratch, served, TOKEN } from "../support/cli.mjs";

const PASSWORD = "proxy-password-canary";

async function listening(t, server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return server.address().port;
}

/** A proxy that sends every tunnel to `target`. It records what it was asked for. With `status` it refuses. */
async function proxyTo(t, target, { status } = {}) {
  const asked = [];
  const sockets = new Set();
  const record = (incoming) => asked.push({ method: incoming.method, url: incoming.url, authorization: incoming.headers["proxy-authorization"], token: incoming.headers["x-domo-developer-token"] });
  const server = createServer((incoming, outgoing) => {
    record(incoming);
    if (status) return outgoing.writeHead(status).end();
    const { pathname, search } = new URL(incoming.url);
    const onward = request({ port: target, path: pathname + search, method: incoming.method, headers: incoming.headers }, (response) => {
      outgoing.writeHead(response.statusCode, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, socket) => {
    record(incoming);
    sockets.add(socket);
    socket.on("error", () => {});
    if (status) return socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    const onward = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward.on("error", () => socket.destroy()));
  });
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const port = await listening(t, server);
  return { asked, url: `http://127.0.0.1:${port}`, withPassword: `http://admin:${PASSWORD}@127.0.0.1:${port}` };
}

/** Makes a certificate authority of a company, and a certificate of it for acme.domo.com. */
function certificates(folder) {
  const openssl = (...args) => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Company CA");
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=acme.domo.com");
  writeFileSync(join(folder, "names.txt"), "subjectAltName=DNS:acme.domo.com");
  openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names.txt");
  return { ca: join(folder, "ca.pem"), key: readFileSync(join(folder, "server.key")), cert: readFileSync(join(folder, "server.pem")) };
}

/** acme.domo.com as a company's network shows it: behind a proxy, with a certificate of the company. */
async function company(t, proxyOptions) {
  const { ca, key, cert } = certificates(scratch(t));
  const tokens = [];
  const server = createTlsServer({ key, cert }, (incoming, response) => {
    tokens.push(incoming.headers["x-domo-developer-token"]);
    response.setHeader("content-type", "application/json").end('{"id":7,"displayName":"Owner"}');
  });
  server.on("tlsClientError", () => {});
  const proxy = await proxyTo(t, await listening(t, server), proxyOptions);
  return { proxy, tokens, env: { DOMO_INSTANCE: "acme", DOMO_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: ca } };
}

for (const { version, node, missing: skip } of nodes) {
  test(`Node ${version}: https goes through a tunnel of HTTPS_PROXY, with the certificates of NODE_EXTRA_CA_CERTS`, { skip }, async (t) => {
    const { proxy, tokens, env } = await company(t);
    const { code, stdout, stderr } = await run(["whoami"], { node, env: { ...env, HTTPS_PROXY: proxy.withPassword } });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^instance\tacme\.domo\.com\nid\t7\n/);
    const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString("base64")}`;
    assert.deepEqual(proxy.asked, [{ method: "CONNECT", url: "acme.domo.com:443", authorization, token: undefined }]);
    assert.deepEqual(tokens, [TOKEN]);
  });

  test(`Node ${version}: plain http goes through HTTP_PROXY, but not to the hosts of NO_PROXY`, { skip }, async (t) => {
    const { mock, env, baseUrl } = await served(t);
    const proxy = await proxyTo(t, new URL(baseUrl).port);
    const through = await run(["list", "--json", "--base-url", "http://domo.example"], { node, env: { DOMO_TOKEN: TOKEN, HTTP_PROXY: proxy.url } });
    assert.equal(through.code, 0, through.stderr);
    assert.equal(JSON.parse(through.stdout).length, mock.users.size);
    assert.equal(proxy.asked[0].url, "http://domo.example/api/identity/v1/users?parts=DETAILED");
    proxy.asked.length = 0;
    const direct = await run(["roles"], { node, env: { ...env, HTTP_PROXY: proxy.url, NO_PROXY: "example.com,127.0.0.1" } });
    assert.equal(direct.code, 0, direct.stderr);
    assert.deepEqual(proxy.asked, []);
  });
}

test("the variables may be written in lower case, which is preferred, and without http://", async (t) => {
  const { env, baseUrl } = await served(t);
  const { host, port } = new URL(baseUrl);
  const proxy = await proxyTo(t, port);
  const bare = proxy.url.replace("http://", "");
  const dead = "http://127.0.0.1:9";
  for (const [variables, goesThrough] of [
    [{ http_proxy: proxy.url }, true],
    [{ http_proxy: bare, HTTP_PROXY: dead }, true],
    [{ HTTP_PROXY: bare }, true],
    [{ HTTP_PROXY: dead, no_proxy: "127.0.0.1" }, false],
    [{ HTTP_PROXY: dead, NO_PROXY: "*" }, false],
    [{ HTTP_PROXY: dead, NO_PROXY: `example.com, ${host}` }, false],
    [{ HTTP_PROXY: bare, NO_PROXY: "127.0.0.1:9, 127.0.0.1.example, 7.0.0.1" }, true],
    [{ HTTP_PROXY: bare, NO_PROXY: "*", no_proxy: "example.com" }, true],
    [{ HTTP_PROXY: " " }, false],
    [{ HTTPS_PROXY: dead }, false],
  ]) {
    proxy.asked.length = 0;
    const { code, stderr } = await run(["roles"], { env: { ...env, ...variables } });
    assert.deepEqual([code, stderr], [0, ""], JSON.stringify(variables));
    assert.equal(proxy.asked.length > 0, goesThrough, JSON.stringify(variables));
  }
});

test("a proxy that refuses gives a clear error, and no password appears anywhere", async (t) => {
  for (const [status, advice] of [[407, /refused the connection with 407; it requires a user name and a password/], [403, /refused the connection with 403; ask its administrator/]]) {
    const { proxy, tokens, env } = await company(t, { status });
    for (const args of [["whoami", "--verbose"], ["doctor"], ["doctor", "--json"]]) {
      const { code, stdout, stderr } = await run(args, { env: { ...env, HTTPS_PROXY: proxy.withPassword } });
      assert.equal(code, 1);
      assert.match(`${stdout}${stderr}`, advice);
      assert.ok(!`${stdout}${stderr}`.includes(PASSWORD), `${stdout}${stderr}`);
    }
    assert.deepEqual(tokens, []);
  }
});

test("a create that a proxy refuses was not done: no outcome is unknown", async (t) => {
  const { proxy, env } = await company(t, { status: 403 });
  const { stderr } = await run(["create", "--name", "Ada", "--email", "ada@example.com", "--role", "4"], { env: { ...env, HTTPS_PROXY: proxy.url } });
  assert.match(stderr, /NETWORK: .*refused the connection with 403/);
});

test("a proxy that cannot be reached, or is no address, is named without its password", async (t) => {
  const { env } = await company(t);
  for (const [value, code] of [[`http://admin:${PASSWORD}@127.0.0.1:9`, 1], [`ftp://admin:${PASSWORD}@proxy`, 2], [`http://admin:${PASSWORD}@pro xy:1`, 2]]) {
    const result = await run(["whoami"], { env: { ...env, HTTPS_PROXY: value } });
    assert.equal(result.code, code, result.stderr);
    assert.ok(!result.stderr.includes(PASSWORD), result.stderr);
    if (code === 2) assert.match(result.stderr, /HTTPS_PROXY is not the address of a proxy\. Write it as http:/);
  }
});

test("without the company's certificate, doctor says which variable names it", async (t) => {
  const { proxy, tokens, env } = await company(t);
  const { code, stdout } = await run(["doctor"], { env: { ...env, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: "" } });
  assert.equal(code, 1);
  assert.match(stdout, /^failed\tinstance\t.*certificate.*\t.*name the file in NODE_EXTRA_CA_CERTS/m);
  assert.deepEqual(tokens, []);
});

test("as in curl, HTTP_PROXY is not for https", async (t) => {
  const { proxy, tokens, env } = await company(t);
  const closed = createServer();
  await new Promise((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address();
  await new Promise((resolve) => closed.close(resolve));
  const { code, stderr } = await run(["whoami"], { env: { ...env, HTTP_PROXY: proxy.url, DOMO_INSTANCE: "", DOMO_BASE_URL: `https://127.0.0.1:${port}` } });
  assert.equal(code, 1);
  assert.match(stderr, /NETWORK: .*ECONNREFUSED/);
  assert.deepEqual([proxy.asked, tokens], [[], []]);
});
