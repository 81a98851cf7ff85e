// Invisible characters, and text around an address, do not make another user.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, reportsTo, statuses, update } from "../support/changes.mjs";
import { domoUsers, instance, planUsers, rejection } from "../support/installed.mjs";

const { applyChanges, createUser, findUserByEmail, searchUsers, updateUser, userAttributes } = domoUsers;
const USERS = "/api/identity/v1/users";
const ada = { displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 };
const INVISIBLE = [..."\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064\u206f\u3164\ufeff"];
/** The address with an invisible character before it, inside it, around the @ and after it. */
const hidden = (odd) => [`${odd}ada@example.com`, `a${odd}da@example.com`, `ada${odd}@example.com`, `ada@exam${odd}ple.com`, `ada@example.com${odd}`];
const SURROUNDED = [
  " ada@example.com\u00a0", "mailto:ada@example.com", "SMTP:ada@example.com", "Ada <ada@example.com>", '"ada@example.com"', "“ada@example.com”",
  "(ada@example.com)", "<ada@example.com>", "ada@example.com/", "ada@example.com;", "ada@example.com.",
];
const NO_ADDRESSES = [
  ["ada@example.com, bob@example.com", "ada@example.com, bob@example.com"], ["ada@example.com <bob@example.com>", "ada@example.com <bob@example.com>"],
  ["ada\u200b@example", "adaU+200B@example"], ["ad\ufffd@example.com", "adU+FFFD@example.com"], ["\u200b", "U+200B"], ["o’hara@example.com", "o’hara@example.com"],
];

/** A mock, and the JSON bodies that it received. */
async function recorded(t, options) {
  const { mock, config } = await instance(t, options);
  const bodies = [];
  const fetch = (url, init) => {
    if (init.method !== "GET" && init.body !== undefined) bodies.push(JSON.parse(init.body));
    return mock.fetch(url, init);
  };
  return { mock, config: { ...config, fetch }, bodies };
}
const count = (mock, method, path) => mock.requests.filter((one) => one.method === method && one.path.startsWith(path)).length;

test("createUser sends the visible address", async (t) => {
  for (const emailAddress of [...INVISIBLE.flatMap(hidden), ...SURROUNDED]) {
    const { mock, config, bodies } = await recorded(t, { users: 1 });
    const user = await createUser(config, { ...ada, emailAddress });
    assert.deepEqual(bodies, [ada], JSON.stringify(emailAddress));
    assert.equal(mock.users.get(user.id).emailAddress, ada.emailAddress);
  }
});

test("an address that is legal, or a name with joined characters, is sent as it is", async (t) => {
  for (const given of [{ ...ada, emailAddress: "o'hara@example.com" }, { ...ada, emailAddress: "ada_x.co#EXT#@acme.onmicrosoft.com" }, { ...ada, displayName: "👩\u200d💻 Ada" }]) {
    const { config, bodies } = await recorded(t, { users: 1 });
    await createUser(config, given);
    assert.deepEqual(bodies, [given]);
  }
});

test("updateUser sends the visible address, in fields and in attributes", async (t) => {
  const { mock, config: whole, bodies } = await recorded(t);
  const [id] = mock.users.keys();
  // Domo accepts no address as a manager in a single update, but the test only checks what is sent.
  const fetch = async (url, init) => {
    const body = JSON.parse(init.body);
    bodies.push(body);
    const userName = body.attributes.find(({ key }) => key === "userName").values[0];
    return Response.json({ ...mock.users.get(id), ...body, userName });
  };
  const config = { ...whole, fetch };
  const dirty = (key, ...values) => ({ key, values });
  for (const emailAddress of [...hidden("\u200b"), ...SURROUNDED]) {
    await updateUser(config, id, {
      emailAddress,
      attributes: [dirty("alternateEmail", emailAddress, null), dirty("userName", emailAddress), dirty("reportsTo", emailAddress), dirty("title", emailAddress)],
    });
    assert.deepEqual(bodies.pop(), {
      emailAddress: ada.emailAddress,
      attributes: [
        { key: "alternateEmail", values: [ada.emailAddress, null] }, { key: "userName", values: [ada.emailAddress] },
        { key: "reportsTo", values: [ada.emailAddress] }, { key: "title", values: [emailAddress] },
      ],
    });
  }
  await updateUser(config, id, { attributes: [dirty("userName", "Ada\u200b Lovelace."), dirty("reportsTo", "12\ufeff", 13)] });
  assert.deepEqual(bodies.pop().attributes, [{ key: "userName", values: ["Ada Lovelace."] }, { key: "reportsTo", values: ["12", 13] }]);
});

test("an invalid address is refused before anything is sent, with invisible characters shown", async (t) => {
  const { mock, config } = await instance(t);
  for (const [given, shown] of NO_ADDRESSES) {
    const attributes = (key) => ({ attributes: [{ key: "title", values: ["x"] }, { key, values: [given] }] });
    const calls = [
      ["email", () => findUserByEmail(config, given)],
      ["emailAddress", () => createUser(config, { ...ada, emailAddress: given })],
      ["emailAddress", () => updateUser(config, 7, { emailAddress: given })],
      ["attributes[1].values[0]", () => updateUser(config, 7, attributes("alternateEmail"))],
      ["attributes[1].values[0]", () => updateUser(config, 7, attributes("reportsTo"))],
      ["emailAddress", () => applyChanges(config, [{ action: "create", user: { ...ada, emailAddress: given } }])],
      ["attributes[1].values[0]", () => applyChanges(config, [create("ben", attributes("reportsTo"))])],
      ["attributes[1].values[0]", () => applyChanges(config, [update(7, attributes("alternateEmail"))])],
    ];
    for (const [field, call] of calls) {
      const { code, message } = await rejection(call());
      assert.equal(code, "INVALID_INPUT", `${call} ${message}`);
      assert.ok(message.includes(`${field} must be `) && message.includes(`got "${shown}"`), message);
      if (call.toString().includes("applyChanges")) assert.ok(message.startsWith("changes[0]: "), message);
    }
  }
  const { message } = await rejection(updateUser(config, 7, { userName: "\u2060" }));
  assert.equal(message, 'userName must be a string that is not blank; got "U+2060"');
  assert.equal(mock.requests.length, 0);
});

test("an invalid id is shown with its invisible characters", async (t) => {
  const { mock, config } = await instance(t);
  for (const call of [domoUsers.getUserById, domoUsers.deleteUser]) {
    assert.match((await rejection(call(config, "7\u200b"))).message, /^id must be .*; got "7U\+200B"$/);
  }
  assert.equal(mock.requests.length, 0);
});

test("findUserByEmail ignores invisible characters", async (t) => {
  for (const stored of [...INVISIBLE.flatMap(hidden), " ada@example.com", "Ada@Example.com", "a\u200bd\u2060a\u200b@exam\u00adple\u200b.com"]) {
    const users = [{ id: 6, displayName: "Bob", roleId: 4, emailAddress: "bob@example.com" }, { id: 7, displayName: "Ada", roleId: 4, emailAddress: stored }];
    const { config } = await instance(t, { users });
    for (const asked of ["ada@example.com", "ADA@example.com\u200b", "Ada <a\ufeffda@example.com>"]) {
      assert.equal((await findUserByEmail(config, asked))?.id, 7, JSON.stringify([stored, asked]));
    }
    assert.equal(await findUserByEmail(config, "da@example.com"), undefined);
  }
});

test("of two users with the same visible address, findUserByEmail returns the one with exactly that address", async (t) => {
  const dirty = { id: 6, displayName: "Ada", roleId: 4, emailAddress: "ada@example.com\u200b" };
  const clean = { ...dirty, id: 7, emailAddress: "Ada@example.com" };
  for (const users of [[dirty, clean], [clean, dirty]]) {
    const { mock, config } = await instance(t, { users });
    assert.equal((await findUserByEmail(config, "ada@example.com")).id, 7);
    assert.equal(mock.requests.length, 1);
    mock.addFault({ path: /\/search/, status: 404 });
    assert.equal((await findUserByEmail(config, "ada@example.com")).id, 7);
  }
});

test("the list of all users is read only if the search finds nobody", async (t) => {
  const { mock, config } = await instance(t);
  const [{ emailAddress }] = mock.users.values();
  await findUserByEmail(config, emailAddress);
  assert.deepEqual(mock.requests.map(({ method }) => method), ["POST"]);
  assert.equal(await findUserByEmail(config, "nobody@example.com"), undefined);
  assert.deepEqual(mock.requests.map(({ method }) => method), ["POST", "POST", "GET"]);
});

test("a token that may search but not list users gets what the search finds", async (t) => {
  const { mock, config } = await instance(t);
  mock.addFault({ method: "GET", status: 403, times: Infinity });
  const [{ id, emailAddress }] = mock.users.values();
  assert.equal((await findUserByEmail(config, emailAddress)).id, id);
  assert.equal(await findUserByEmail(config, "nobody@example.com"), undefined);
  mock.addFault({ path: /\/search/, status: 403 });
  assert.equal((await rejection(findUserByEmail(config, emailAddress))).code, "FORBIDDEN");
});

test("searchUsers searches for the visible address, and for any other string unchanged", async (t) => {
  const { config, bodies, mock } = await recorded(t);
  for (const text of ["ada\u200b@example.com", "mailto:ada@example.com", "👩\u200d💻 Ada"]) for await (const user of searchUsers(config, { text })) assert.ok(user.id);
  assert.deepEqual(bodies.map(({ filters: [{ text }] }) => text), ["ada@example.com", "ada@example.com", "👩\u200d💻 Ada"]);
  mock.requests.length = 0;
  for (const [text, shown] of [["\u200b", "U+200B"], ["J\ufffdrg", "JU+FFFDrg"]]) {
    const { message } = await rejection(searchUsers(config, { text })[Symbol.asyncIterator]().next());
    assert.ok(message.startsWith("text must be ") && message.endsWith(`got "${shown}"`), message);
  }
  assert.equal(mock.requests.length, 0);
});

test("a create without a response is not repeated, nor reported as another user's", async (t) => {
  // The instance stores the address in another form.
  for (const stored of [...hidden("\u200b").slice(4), "\ufeffAda@example.com"]) {
    for (const fault of [{ drop: true }, { status: 502 }]) {
      const { mock, config } = await instance(t, { users: [{ id: 9, ...ada, emailAddress: stored }] });
      mock.addFault({ method: "POST", path: USERS, ...fault });
      const user = await createUser(config, { ...ada, emailAddress: "ada@example.com\u2060" });
      assert.deepEqual([user.id, count(mock, "POST", `${USERS}`) - count(mock, "POST", `${USERS}/search`), mock.users.size], [9, 1, 1]);
    }
  }
  // The response contains the address in that form.
  const created = { id: 9, ...ada, emailAddress: "ada@exam\u200bple.com" };
  const fetch = async () => Response.json(created);
  assert.deepEqual(await createUser({ instance: "acme", developerToken: "any", fetch }, ada), created);
});

test("a taken address is a CONFLICT with its user, ignoring invisible characters", async (t) => {
  const { mock, config } = await instance(t);
  const [owner] = mock.users.values();
  const error = await rejection(createUser(config, { ...ada, emailAddress: `\u200b${owner.emailAddress}` }));
  assert.deepEqual([error.code, error.existing?.id, mock.users.size], ["CONFLICT", owner.id, 25]);
});

test("an update that removes invisible characters from an address is sent in the second form if the first had no effect", async (t) => {
  const { mock, config } = await instance(t, { users: [{ id: 9, ...ada, emailAddress: "ada@example.com\u200b" }] });
  mock.addFault({ method: "PATCH", status: 200, body: JSON.stringify({ id: 9, ...ada, emailAddress: "ada@example.com\u200b" }) });
  assert.equal((await updateUser(config, 9, { emailAddress: ada.emailAddress })).emailAddress, ada.emailAddress);
  assert.deepEqual([count(mock, "PATCH", USERS), mock.users.get(9).emailAddress], [2, ada.emailAddress]);
});

test("a run finds managers by the visible address", async (t) => {
  const { mock, config, bodies } = await recorded(t);
  const [first] = mock.users.keys();
  const changes = [
    { action: "create", user: { ...ada, emailAddress: "Ada <a\u00adda@example.com>" } }, create("ben", { attributes: [reportsTo("ada@EXAMPLE.com\u200b")] }),
    update(first, { attributes: [reportsTo("mailto:ada@exam\ufeffple.com")] }),
  ];
  const result = await applyChanges(config, changes);
  assert.deepEqual(statuses(result), ["done", "done", "done"]);
  const id = String(result.results[0].user.id);
  assert.equal(mock.users.get(Number(id)).emailAddress, ada.emailAddress);
  assert.deepEqual([result.results[1].user.id, first].map((one) => userAttributes(mock.users.get(one)).reportsTo), [id, id]);
  assert.deepEqual([count(mock, "POST", `${USERS}/search`), count(mock, "GET", USERS)], [0, 0], "nobody was looked up");
  assert.ok(!/[\u00ad\u200b\ufeff]/.test(JSON.stringify(bodies)));
});

test("a run finds a manager of the instance whose address has invisible characters", async (t) => {
  const { mock, config } = await instance(t, { users: [{ id: 8, displayName: "Boss", roleId: 4, emailAddress: "bo\u200bss@example.com" }, { id: 9, ...ada }] });
  assert.deepEqual(statuses(await applyChanges(config, [update(9, { attributes: [reportsTo("boss@example.com")] })])), ["done"]);
  assert.equal(userAttributes(mock.users.get(9)).reportsTo, "8");
});

test("a run looks an unknown manager up once", async (t) => {
  const { mock, config } = await instance(t);
  const changes = [...mock.users.keys()].slice(0, 5).map((id, at) => update(id, { attributes: [reportsTo(at % 2 ? "no@x.co" : "<NO@x.co>")] }));
  const result = await applyChanges(config, changes, { concurrency: 1 });
  assert.deepEqual(result.results.map(({ error }) => error.code), Array(5).fill("NOT_FOUND"));
  assert.deepEqual(mock.requests.map(({ method }) => method), ["POST", "GET"]);
});

test("a resumed run finds the user of an unfinished create by the visible address", async (t) => {
  const { mock, config } = await instance(t, { users: 1 });
  const lines = [];
  const journal = { read: () => lines, append: (line) => void lines.push(line) };
  const changes = [{ action: "create", user: { ...ada, emailAddress: "\u200bada@example.com" } }];
  mock.addFault({ method: "POST", path: USERS, drop: true, afterEffect: true });
  mock.addFault({ path: /\/search/, status: 500, times: Infinity });
  const lost = await applyChanges(config, changes, { journal, maxRetries: 0 });
  assert.equal(lost.results[0].error.code, "OUTCOME_UNKNOWN");
  // The instance returns addresses with an invisible character at the end.
  const shown = () => [...mock.users.values()].map((user) => ({ ...user, emailAddress: `${user.emailAddress}\u2060` }));
  const fetch = async (url, init) => (url.includes("/search") ? Response.json({ users: shown() }) : mock.fetch(url, init));
  const result = await applyChanges({ ...config, fetch }, changes, { journal });
  assert.deepEqual([statuses(result), mock.users.size], [["done"], 2]);
});

// Letters of many scripts; among them some whose cases have different lengths in UTF-8, or are one and two characters.
const CASES = [["PHƯƠNGỞ", "phươngở"], ["ΆΣΩ", "άσω"], ["ἈΘΗΝΑ", "ἀθηνα"], ["ȘȚ", "șț"], ["ЁЖӘ", "ёжә"], ["ԱԲ", "աբ"], ["İSTANBUL", "i\u0307stanbul"], ["STRAẞE", "straße"], ["Ꭰ", "ꭰ"]];
for (const [upper, lower] of CASES) {
  test(`${upper}@ and ${lower}@ are one address, in plans and look-ups`, async (t) => {
    const users = [{ id: 7, displayName: "One", roleId: 4, emailAddress: `${lower}@x.com` }, { id: 8, displayName: "Other", roleId: 4, emailAddress: "other@x.com" }];
    const { config } = await instance(t, { users });
    const list = [{ emailAddress: `${upper}@x.com` }, { emailAddress: "other@x.com" }];
    const isUsual = !lower.includes("\u0307"); // a combining mark is no usual part of an address
    if (isUsual) {
      assert.deepEqual(await planUsers(config, list, { deleteMissing: true }), { changes: [], unchanged: 2, warnings: [] });
      assert.match((await rejection(planUsers(config, [{ emailAddress: `${upper}@x.com` }, { emailAddress: `${lower}@x.com` }]))).message, /row 2 is for the same user/);
    }
    assert.equal((await findUserByEmail(config, `${upper}@x.com`)).id, 7);
  });
}
