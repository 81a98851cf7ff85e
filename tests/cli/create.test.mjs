// create: everything is checked before the user is created.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { run, scratch, served } from "../support/cli.mjs";

const ADA = ["--name", "Ada Lovelace", "--email", "ada@example.com", "--role", "participant"];
const valueOf = (user, key) => user.attributes.find((attribute) => attribute.key === key)?.values[0];
const created = (mock, email) => [...mock.users.values()].find(({ emailAddress }) => emailAddress === email);
const writes = (mock) => mock.requests.filter(({ method, path }) => method !== "GET" && !path.includes("/search"));

test("create takes the role by name, attributes, dates and a manager by address, and prints the user", async (t) => {
  const { env, mock } = await served(t);
  const [manager] = mock.users.values();
  const { code, stdout, stderr } = await run(["create", ...ADA, "--set", "department=Sales", "--set", "hireDate=2024-03-01", "--set", `reportsTo=${manager.emailAddress.toUpperCase()}`], { env });
  assert.deepEqual([code, stderr], [0, ""]);
  for (const line of ["displayName\tAda Lovelace", "role\tParticipant", "department\tSales", "hireDate\t2024-03-01", `reportsTo\t${manager.id}`]) assert.ok(stdout.includes(`${line}\n`), line);
  const user = created(mock, "ada@example.com");
  assert.equal(user.roleId, 4);
  assert.equal(valueOf(user, "department"), "Sales");
  assert.ok(mock.requests.every(({ method, path }) => !(method === "GET" && path.startsWith("/api/identity/v1/users?"))), "the list of all users is not read");
});

test("create finds the manager, whatever the spelling of the field", async (t) => {
  const { env, mock } = await served(t);
  const [manager] = mock.users.values();
  const { code, stdout, stderr } = await run(["create", ...ADA, "--set", `reports to=${manager.emailAddress}`], { env });
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes(`reportsTo\t${manager.id}\n`), stdout);
});

test("create takes the user as JSON from a file or stdin; options are preferred", async (t) => {
  const { env, mock } = await served(t, { attributeKeys: ["shoeSize"] });
  const cwd = scratch(t);
  const json = JSON.stringify({ displayName: "Grace", emailAddress: "grace@example.com", roleId: 2, attributes: [{ key: "title", values: ["Admiral"] }], shoeSize: 38 });
  writeFileSync(join(cwd, "user.json"), `\ufeff${json}`);
  const fromFile = await run(["create", "--data", "@user.json", "--json"], { env, cwd });
  assert.equal(fromFile.code, 0, fromFile.stderr);
  assert.equal(JSON.parse(fromFile.stdout).displayName, "Grace");
  assert.equal(valueOf(created(mock, "grace@example.com"), "title"), "Admiral");
  assert.equal(String(valueOf(created(mock, "grace@example.com"), "shoeSize")), "38");
  const fromStdin = await run(["create", "--data", "-", "--email", "hopper@example.com", "--role", "Admin"], { env, input: json });
  assert.equal(fromStdin.code, 0, fromStdin.stderr);
  assert.equal(created(mock, "hopper@example.com").roleId, 1);
});

test("what is wrong is found before anything is sent", async (t) => {
  const { env, mock } = await served(t);
  const cwd = scratch(t);
  writeFileSync(join(cwd, "list.json"), "[]");
  writeFileSync(join(cwd, "broken.json"), "{");
  writeFileSync(join(cwd, "created.json"), '{"displayName":"A","emailAddress":"a@example.com","roleId":4,"attributes":[{"key":"created","values":[5]}]}');
  for (const [args, message] of [
    [["--email", "ada@example.com"], /A new user needs --name, --role/],
    [[...ADA.slice(0, 4), "--role", "partcipant"], /^error: The user cannot be created:\n- roleId: .*did you mean Participant\?/],
    [[...ADA, "--set", "shoe=4"], /- shoe: .*has a field of this name\. To write it as a new attribute: --new-attribute "shoe"\n$/],
    [[...ADA, "--set", "lastLogin=5"], /lastLogin cannot be set with the Users API\. Leave it out\./],
    [["--data", "@created.json"], /created cannot be set with the Users API\. Leave it out\./],
    [[...ADA, "--set", "roleId=1"], /--role and --set roleId are for the same field\. Give one of them\./],
    [[...ADA, "--set", "Email=b@example.com"], /--email and --set Email are for the same field\./],
    [[...ADA, "--set", "departmnet=Sales"], /- departmnet: .*did you mean department\? To write it as a new attribute: --new-attribute "departmnet"/],
    [[...ADA, "--set", "hireDate=03/01/2024"], /- hireDate: /],
    [[...ADA, "--set", "reportsTo=nobody@example.com"], /- reportsTo: /],
    [[...ADA, "--set", "id=7"], /The instance gives a new user an id\. Leave id out\./],
    [[...ADA, "--set", "department"], /"name=value"/],
    [["--name", "Ada", "--email", "no address", "--role", "1"], /e-mail address/],
    [["--data", "@missing.json"], /The file missing\.json cannot be read: it does not exist/],
    [["--data", "@broken.json"], /broken\.json is not JSON/],
    [["--data", "@list.json"], /must hold one JSON object/],
  ]) {
    const { code, stdout, stderr } = await run(["create", ...args], { env, cwd });
    assert.deepEqual([code, stdout], [2, ""], `${args}: ${stderr}`);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /columns:|newAttributes|row \d/, "remedies are those of the command line");
  }
  assert.deepEqual(writes(mock), []);
});

test("--new-attribute writes an attribute that no user has yet", async (t) => {
  const { env, mock } = await served(t);
  const { code, stderr } = await run(["create", ...ADA, "--set", "shoeSize=38", "--new-attribute", "shoeSize"], { env });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(valueOf(created(mock, "ada@example.com"), "shoeSize"), "38");
});

test("an address that is taken says whose it is", async (t) => {
  const { env, mock } = await served(t);
  const [owner] = mock.users.values();
  const { code, stderr } = await run(["create", "--name", "Other", "--email", ` ${owner.emailAddress.toUpperCase()}`, "--role", "1"], { env });
  assert.equal(code, 1);
  assert.ok(stderr.includes(`The address is taken by ${owner.displayName} <${owner.emailAddress}>, id ${owner.id}. Nothing was created.`), stderr);
  assert.deepEqual(writes(mock).map(({ status }) => status), [409]);
});

test("if the user was created but the other fields were refused, the error says so and names the id", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ method: "PATCH", status: 400, times: Infinity });
  const { code, stdout, stderr } = await run(["create", ...ADA, "--set", "title=Countess"], { env });
  assert.deepEqual([code, stdout], [1, ""]);
  const { id } = created(mock, "ada@example.com");
  assert.ok(stderr.includes(`The user was created with the id ${id}, but the other fields were not set: `), stderr);
  assert.ok(stderr.includes(`domo-users update ${id} …`));
});

test("a create without a response is looked up and not sent twice", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ method: "POST", path: "/api/identity/v1/users", drop: true, afterEffect: true });
  const { code, stdout } = await run(["create", ...ADA], { env });
  assert.equal(code, 0);
  assert.match(stdout, /Ada Lovelace/);
  assert.equal(writes(mock).length, 1);
});

test("--verbose prints only requests that were sent", async (t) => {
  const { env, mock } = await served(t);
  const { code, stderr } = await run(["create", ...ADA, "--set", "title=Countess", "--verbose"], { env });
  assert.equal(code, 0);
  const printed = stderr.trim().split("\n").map((line) => line.match(/^(\S+ \S+) \d+ in /)[1]);
  const withoutQuery = ({ method, path }) => `${method} ${path.split("?")[0]}`;
  assert.deepEqual(printed.map((line) => line.split("?")[0]).sort(), mock.requests.map(withoutQuery).sort());
});

test("a user who was created but cannot be read is printed with the id", async (t) => {
  const { env, mock } = await served(t);
  mock.addFault({ method: "GET", path: /users\/\d+/, status: 400, times: Infinity });
  const { code, stdout, stderr } = await run(["create", ...ADA], { env });
  assert.equal(code, 0, stderr);
  const { id } = created(mock, "ada@example.com");
  assert.ok(stderr.includes(`warning: The user was created with the id ${id}, but could not be read: `), stderr);
  assert.ok(stdout.includes(`id\t${id}\n`), stdout);
});
