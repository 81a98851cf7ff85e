// Where the instance and the token come from, and that the token goes nowhere else.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { run, scratch, served, start, TOKEN, until } from "../support/cli.mjs";

/** A server that records the tokens that it gets, and knows who owns them. */
async function instanceOf(t, respond = (_, response) => response.setHeader("content-type", "application/json").end('{"id":7,"displayName":"Owner"}')) {
  const tokens = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers["x-domo-developer-token"]);
    respond(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { tokens, baseUrl: `http://127.0.0.1:${server.address().port}` };
}

test("an option is preferred to the environment, and the environment to .env", async (t) => {
  const [option, environment, file] = [await instanceOf(t), await instanceOf(t), await instanceOf(t)];
  const cwd = scratch(t);
  writeFileSync(join(cwd, ".env"), `DOMO_BASE_URL="${file.baseUrl}"\nDOMO_TOKEN='file-token' # comment\n`);
  const env = { DOMO_BASE_URL: environment.baseUrl, DOMO_ACCESS_TOKEN: "environment-token" };
  const results = [
    await run(["whoami", "--base-url", option.baseUrl], { cwd, env }),
    await run(["whoami"], { cwd, env }),
    await run(["whoami", "--base-url", `${file.baseUrl}/`], { cwd }),
    await run(["whoami"], { cwd }),
    await run(["whoami", "--token-stdin"], { cwd, env, input: "stdin-token\nmore\n" }),
  ];
  for (const { code, stderr } of results) assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual([option.tokens, environment.tokens, file.tokens], [["environment-token"], ["environment-token", "stdin-token"], ["file-token", "file-token"]]);
});

test("the token may have any of three names, and blank variables count as missing", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const cwd = scratch(t);
  const blank = { DOMO_DEVELOPER_TOKEN: " ", DOMO_TOKEN: " ", DOMO_ACCESS_TOKEN: " " };
  for (const name of Object.keys(blank)) await run(["whoami"], { cwd, env: { DOMO_INSTANCE: " ", DOMO_BASE_URL: baseUrl, ...blank, [name]: name } });
  assert.deepEqual(tokens, Object.keys(blank));
});

test("two different tokens are refused, in the environment as in .env; the same value twice is not", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const cwd = scratch(t);
  for (const [first, second] of [["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN"], ["DOMO_DEVELOPER_TOKEN", "DOMO_ACCESS_TOKEN"], ["DOMO_TOKEN", "DOMO_ACCESS_TOKEN"]]) {
    const { code, stderr } = await run(["whoami"], { cwd, env: { DOMO_BASE_URL: baseUrl, [first]: "one-secret", [second]: "other-secret" } });
    assert.equal(code, 2);
    assert.ok(stderr.includes(`${first} and ${second} are set to different values in the environment`), stderr);
    assert.doesNotMatch(stderr, /secret/);
    assert.equal((await run(["whoami"], { cwd, env: { DOMO_BASE_URL: baseUrl, [first]: "same", [second]: " same " } })).code, 0);
  }
  writeFileSync(join(cwd, ".env"), `DOMO_BASE_URL=${baseUrl}\nDOMO_TOKEN=one-secret\nDOMO_ACCESS_TOKEN=other-secret\n`);
  const { code, stderr } = await run(["whoami"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /DOMO_TOKEN and DOMO_ACCESS_TOKEN are set to different values in the file \.env/);
  assert.deepEqual(tokens, ["same", "same", "same"]);
});

test("the token of .env goes only to the instance that .env names", async (t) => {
  const [own, other] = [await instanceOf(t), await instanceOf(t)];
  const cwd = scratch(t);
  const refused = async (args, env, origin) => {
    const { code, stderr } = await run(["whoami", ...args], { cwd, env });
    assert.equal(code, 2, stderr);
    assert.ok(stderr.includes(`The token comes from the file .env, but the instance from ${origin}, and .env does not name this instance.`), stderr);
    assert.doesNotMatch(stderr, /file-secret/);
  };
  for (const address of ["", `DOMO_BASE_URL=${own.baseUrl}\n`, "DOMO_INSTANCE=acme\n"]) {
    writeFileSync(join(cwd, ".env"), `${address}DOMO_TOKEN=file-secret\n`);
    await refused(["--base-url", other.baseUrl], {}, "--base-url");
    await refused([], { DOMO_BASE_URL: other.baseUrl }, "DOMO_BASE_URL in the environment");
    await refused(["--instance", "acme-test"], {}, "--instance");
    await refused(["--base-url", "http://acme.domo.com"], {}, "--base-url");
  }
  // The same instance, written in another way, is accepted: the proxy that cannot be reached shows that the request was tried.
  const { stderr } = await run(["whoami", "--instance", "https://ACME.domo.com/admin/people"], { cwd, env: { HTTPS_PROXY: "http://127.0.0.1:9" } });
  assert.match(stderr, /^error: NETWORK/);
  assert.deepEqual([own.tokens, other.tokens], [[], []]);
});

test("an address read from a file never receives a token from elsewhere", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const cwd = scratch(t);
  writeFileSync(join(cwd, ".env"), `DOMO_BASE_URL=${baseUrl}\n`);
  const fromEnvironment = await run(["whoami"], { cwd, env: { DOMO_DEVELOPER_TOKEN: TOKEN } });
  const fromStdin = await run(["whoami", "--token-stdin"], { cwd, input: `${TOKEN}\n` });
  for (const [{ code, stderr }, origin] of [[fromEnvironment, "DOMO_DEVELOPER_TOKEN in the environment"], [fromStdin, "--token-stdin"]]) {
    assert.equal(code, 2);
    assert.ok(stderr.includes(`The instance comes from the file .env, but the token from ${origin}.`), stderr);
    assert.ok(!stderr.includes(TOKEN));
  }
  writeFileSync(join(cwd, ".env"), `DOMO_BASE_URL=${baseUrl}\nDOMO_TOKEN=of-the-file\n`);
  assert.equal((await run(["whoami"], { cwd, env: { DOMO_TOKEN: TOKEN } })).code, 2, "the token of the environment would be used");
  assert.deepEqual(tokens, []);
});

test("what is missing or given twice is an error before any request, with the remedy", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const cwd = scratch(t);
  for (const [args, env, message] of [
    [[], {}, /No instance was given\. Pass --instance acme, or set DOMO_INSTANCE .*domo-users mock/],
    [["--instance", "acme"], {}, /No developer token was given\. .*--token-stdin.*Access tokens/],
    [["--instance", "acme", "--base-url", baseUrl], {}, /Both --instance and --base-url/],
    [[], { DOMO_INSTANCE: "acme", DOMO_BASE_URL: baseUrl, DOMO_TOKEN: "x" }, /Both DOMO_INSTANCE and DOMO_BASE_URL are set in the environment/],
    [["--base-url", ""], { DOMO_BASE_URL: baseUrl, DOMO_TOKEN: "x" }, /--base-url is empty/],
    [["--instance", ""], { DOMO_BASE_URL: baseUrl, DOMO_TOKEN: "x" }, /--instance is empty/],
    [["--token-stdin"], { DOMO_BASE_URL: baseUrl }, /first line of stdin is empty/],
    [["--instance", "acme.example.com"], { DOMO_TOKEN: "x" }, /INVALID_CONFIG: instance must be the name of a Domo instance/],
    [["--timeout", "soon"], { DOMO_BASE_URL: baseUrl }, /must be a number of seconds/],
  ]) {
    const { code, stdout, stderr } = await run(["whoami", ...args], { cwd, env });
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, message);
  }
  assert.deepEqual(tokens, []);
});

test("an instance may be a URL that was copied from the browser", async (t) => {
  // A proxy that refuses shows where the request would go, without sending it.
  const asked = [];
  const proxy = createServer().on("connect", (request, socket) => {
    asked.push(request.url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  const env = { DOMO_TOKEN: TOKEN, HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}` };
  for (const given of ["acme", "ACME.domo.com", "https://acme.domo.com/admin/people?tab=1#top"]) {
    asked.length = 0;
    const { stderr } = await run(["whoami", "--instance", given], { env });
    assert.equal(asked[0], "acme.domo.com:443", stderr);
  }
});

test("the token is in no output, also with --verbose and in errors that quote it", async (t) => {
  const echo = (status) => (request, response) => {
    const token = request.headers["x-domo-developer-token"];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ id: 1, displayName: "x", message: `bad token ${token}` }));
  };
  for (const status of [400, 401, 403, 500]) {
    const { baseUrl } = await instanceOf(t, echo(status));
    const commands = [["whoami"], ["list"], ["doctor"], ["export"], ["create", "--name", "A", "--email", "a@example.com", "--role", "1"]];
    for (const args of status === 500 ? commands.slice(0, 1) : commands) {
      const { code, stdout, stderr } = await run([...args, "--verbose"], { env: { DOMO_BASE_URL: baseUrl, DOMO_TOKEN: TOKEN } });
      assert.equal(code, 1);
      assert.ok(!`${stdout}${stderr}`.includes(TOKEN), `${args[0]} ${status}: ${stdout}${stderr}`);
    }
  }
});

test("--verbose prints each request on stderr", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ status: 503 });
  const { stdout, stderr } = await run(["whoami", "--json", "--verbose"], { env });
  assert.ok(JSON.parse(stdout).id);
  assert.match(stderr, /^GET \/api\/content\/v2\/users\/me 503 in \d+ ms\nGET \/api\/content\/v2\/users\/me is sent again in \d+ ms: .*\nGET \/api\/content\/v2\/users\/me 200 in \d+ ms, attempt 2\n$/);
});

test("a token is never an argument, and no error quotes one that was given as such", async () => {
  for (const args of [["list", `--token=${TOKEN}`], ["--token", TOKEN, "list"], ["whoami", "--developer-token", TOKEN], ["list", `--access-token=${TOKEN}`]]) {
    const { code, stdout, stderr } = await run(args, { env: { DOMO_INSTANCE: "acme" } });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /A token is never an argument.*DOMO_DEVELOPER_TOKEN.*--token-stdin/);
    assert.ok(!stderr.includes(TOKEN), stderr);
  }
  assert.doesNotMatch((await run(["--help"])).stdout, /--token[^-]/);
});

test("the token is not among the arguments of the process", { skip: process.platform !== "linux" && "needs /proc" }, async (t) => {
  const { mock, baseUrl } = await served(t);
  mock.addFault({ stall: true });
  const { child, ended } = start(["whoami", "--token-stdin", "--base-url", baseUrl], { input: `${TOKEN}\n` });
  await until(() => mock.requests.length > 0);
  for (const name of ["cmdline", "environ"]) assert.ok(!readFileSync(`/proc/${child.pid}/${name}`, "utf8").includes(TOKEN), name);
  child.kill("SIGINT");
  assert.equal((await ended).code, 130);
});

test("unknown commands and options suggest the right one", async () => {
  for (const [args, suggestion] of [
    [["lst"], "list"],
    [["list", "--rol", "Admin"], "--role"],
    [["list", "--instnce", "acme"], "--instance"],
    [["exprot"], "export"],
    [["plan", "x.csv", "--delete-mising"], "--delete-missing"],
  ]) {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.ok(stderr.includes(`(Did you mean ${suggestion}?)`), stderr);
  }
  const superfluous = await run(["list", "everybody"]);
  assert.equal(superfluous.code, 2);
  assert.match(superfluous.stderr, /too many arguments/);
});

test("--help and --version need no instance; each command has examples", async () => {
  const help = await run(["--help"]);
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  for (const name of help.stdout.matchAll(/^ {2}([a-z]+) (?:\[|<| )/gm)) {
    if (name[1] === "help") continue;
    const { code, stdout } = await run([name[1], "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /Examples?:\n.*domo-users/, name[1]);
  }
  assert.match((await run(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test("--timeout is the limit of one request", async (t) => {
  const { mock, env } = await served(t);
  mock.addFault({ stall: true, times: Infinity });
  const { code, stderr } = await run(["get", "1", "--timeout", "0.05"], { env });
  assert.equal(code, 1);
  assert.match(stderr, /^error: TIMEOUT: /);
});

test("a .env file may have a byte order mark and Windows line ends; another encoding is an error", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const cwd = scratch(t);
  writeFileSync(join(cwd, ".env"), `\ufeffDOMO_BASE_URL=${baseUrl}\r\nexport DOMO_TOKEN = "of-the-file"\r\n`);
  assert.equal((await run(["whoami"], { cwd })).code, 0);
  assert.deepEqual(tokens, ["of-the-file"]);
  writeFileSync(join(cwd, ".env"), Buffer.from(`\ufeffDOMO_BASE_URL=${baseUrl}\r\n`, "utf16le"));
  const { code, stderr } = await run(["whoami"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /\.env is not UTF-8/);
});

test("Ctrl-C while the token is awaited ends with 130", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const { child, output, ended } = start(["whoami", "--token-stdin", "--base-url", baseUrl], { terminal: { columns: 80, both: true } });
  await until(() => output.stdout.includes("Paste the developer token"));
  child.stdin.write("\x03");
  assert.equal((await ended).code, 130);
  assert.deepEqual(tokens, []);
});

test("options that cannot be meant as given are refused", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  for (const [args, message] of [
    [["list", "--columns", ","], /It is empty/],
    [["list", "--where", "a=1", "--where", "a=2"], /"a" was given twice/],
    [["create", "--data", "-", "--token-stdin"], /Both --token-stdin and --data - read stdin/],
  ]) {
    const { code, stderr } = await run(args, { env: { DOMO_BASE_URL: baseUrl }, input: '{"displayName":"A","emailAddress":"a@example.com","roleId":1}' });
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  assert.deepEqual(tokens, []);
});

test("a token that is typed is not shown", async (t) => {
  const { tokens, baseUrl } = await instanceOf(t);
  const { child, output, ended } = start(["whoami", "--token-stdin", "--base-url", baseUrl], { terminal: { columns: 80, both: true } });
  await until(() => output.stdout.includes("It is not shown."));
  child.stdin.write(`${TOKEN}\r`);
  const { code, stdout } = await ended;
  assert.equal(code, 0, stdout);
  assert.deepEqual(tokens, [TOKEN]);
  assert.match(stdout, /Owner/);
  assert.ok(!stdout.includes(TOKEN), stdout);
});

test("a Node that is too old is an error that says which is needed", async () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.18.0"})';
  const { code, stdout, stderr } = await run(["list"], { nodeArgs: ["--import", older] });
  assert.deepEqual([code, stdout], [2, ""]);
  assert.equal(stderr, "domo-users: Node 20.18.1 or later is required; this is 20.18.0. Get it from https://nodejs.org\n");
});
