// Values that would not be sent as intended: each is refused before anything is sent, with its field and what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, update } from "../support/changes.mjs";
import { domoUsers, instance, planUsers, rejection } from "../support/installed.mjs";

const { applyChanges, createUser, updateUser } = domoUsers;
const ada = { displayName: "Ada", emailAddress: "ada@example.com", roleId: 4 };
const attribute = (...values) => ({ attributes: [{ key: "title", values }] });

/** Returns the message with which each of the calls rejects, without the index of the change. */
async function refusals(config, changes) {
  const calls = [
    () => updateUser(config, 7, changes),
    () => createUser(config, { ...ada, ...changes }),
    () => applyChanges(config, [update(7, changes)]),
    () => applyChanges(config, { changes: [{ action: "create", user: { ...ada, ...changes } }] }),
    () => applyChanges(config, [create("ben", changes)]),
  ];
  const messages = [];
  for (const call of calls) {
    const { code, message } = await rejection(call());
    assert.equal(code, "INVALID_INPUT", message);
    messages.push(message);
  }
  return messages;
}

test("only null clears: undefined, holes, functions and symbols among values are refused", async (t) => {
  const { mock, config } = await instance(t);
  const wrong = [
    [[undefined], "undefined"], [["x", undefined], "undefined"], [[, "x"], "undefined"], [[() => {}], "a function"], [[Symbol("s")], "a symbol"], [[NaN], "NaN"],
    [[new Date(NaN)], "an invalid date"], [[1n], "a bigint"],
  ];
  for (const [values, got] of wrong) {
    const at = values.length === 2 && 0 in values ? 1 : 0;
    for (const message of await refusals(config, { attributes: [{ key: "department", values: ["x"] }, { key: "title", values }] })) {
      assert.ok(message.includes(`attributes[1].values[${at}] is ${got}`) && message.includes("To clear a value, pass null"), message);
    }
  }
  const { message } = await rejection(applyChanges(config, [update(7, attribute("x")), update(8, attribute(undefined))]));
  assert.match(message, /^changes must be plain data, but changes\[1\]\.changes\.attributes\[0\]\.values\[0\] is undefined\. .*To clear a value, pass null$/);
  for (const values of [undefined, () => {}]) {
    for (const refusal of await refusals(config, { attributes: [{ key: "title", values }] })) assert.match(refusal, /attributes\[0\]\.values (must be an array|is a function)/);
  }
  for (const field of [() => {}, Symbol("s")]) for (const refusal of await refusals(config, { title: field })) assert.match(refusal, /title is a (function|symbol)/);
  assert.equal(mock.requests.length, 0);
});

test("undefined fields are left out, null clears, and a Date is sent as milliseconds", async (t) => {
  const { mock, config } = await instance(t);
  const [id] = mock.users.keys();
  const bodies = [];
  const fetch = (url, init) => (bodies.push(JSON.parse(init.body ?? "null")), mock.fetch(url, init));
  const hired = new Date("2024-03-01T00:00:00Z");
  await updateUser({ ...config, fetch }, id, { roleId: undefined, displayName: "Ada", attributes: [{ key: "title", values: [null], source: undefined }, { key: "hireDate", values: [hired] }] });
  assert.deepEqual(bodies, [{ displayName: "Ada", attributes: [{ key: "title", values: [null] }, { key: "hireDate", values: [Number(hired)] }] }]);
});

test("a plan ignores undefined fields, and refuses values that JSON would clear or leave out", async (t) => {
  const users = [{ id: 11, displayName: "Ann", roleId: 4, emailAddress: "ann@x.co", attributes: [{ key: "title", values: ["Boss"] }, { key: "tags", values: ["a", "b"] }] }];
  const { mock, config } = await instance(t, { users });
  assert.deepEqual((await planUsers(config, [{ emailAddress: "ann@x.co", title: undefined, displayName: undefined }])).changes, []);
  assert.equal((await planUsers(config, [{ emailAddress: "ann@x.co", title: null }])).changes.length, 1);
  mock.requests.length = 0;
  const wrong = [
    ["tags", ["a", undefined]], ["tags", [, "a"]], ["tags", [() => {}]], ["tags", [Symbol("s")]], ["title", () => {}], ["title", Symbol("s")],
    ["attributes", [{ key: "title", values: [undefined] }]], ["attributes", [{ key: "title", values: undefined }]], ["attributes", [{ key: "title", values: ["x"], source: () => {} }]],
  ];
  for (const [field, value] of wrong) {
    // With another null in the list, and without.
    for (const others of [{}, { department: null }]) {
      const { code, message } = await rejection(planUsers(config, [{ emailAddress: "ann@x.co" }, { emailAddress: "bob@x.co", ...others, [field]: value }]));
      assert.equal(code, "INVALID_INPUT");
      assert.ok(message.includes(`row 3, ${field}: must be plain data`) && message.includes("only null clears a value"), message);
    }
  }
  assert.equal(mock.requests.length, 0);
});

test("rows with a toJSON are read as its result", async (t) => {
  class Row {
    constructor(title) {
      Object.assign(this, { title, save: () => {} });
    }
    toJSON() {
      return { emailAddress: "ann@x.co", title: this.title };
    }
  }
  const { config } = await instance(t, { users: [{ id: 11, displayName: "Ann", roleId: 4, emailAddress: "ann@x.co" }] });
  const { changes } = await planUsers(config, [new Row("Boss")]);
  assert.deepEqual(changes[0].changes, { attributes: [{ key: "title", values: ["Boss"] }] });
});

test("strings decoded with the wrong encoding are refused, in values and in keys", async (t) => {
  const { mock, config } = await instance(t);
  const wrong = [
    [{ displayName: "J\ufffdrg" }, "displayName"], [{ title: "\ufffd" }, "title"], [{ "d\ufffdpartement": "x" }, "the field dU+FFFDpartement"],
    [attribute("x", "M\ufffdller"), "attributes[0].values[1]"], [{ attributes: [{ key: "t\ufffdtle", values: ["x"] }] }, "attributes[0].key"],
  ];
  for (const [changes, field] of wrong) {
    for (const message of await refusals(config, changes)) assert.ok(message.includes(`${field} holds U+FFFD: the string was decoded with the wrong character encoding`), message);
  }
  assert.equal(mock.requests.length, 0);
});

test("names and keys without visible characters are refused", async (t) => {
  const { mock, config } = await instance(t);
  for (const [name, shown] of [["\u200b", "U+200B"], [" \ufeff\u2060", " U+FEFFU+2060"], ["\u3164", "U+3164"], ["  ", "  "]]) {
    for (const message of await refusals(config, { displayName: name })) assert.ok(message.includes(`displayName must be a string that is not blank; got "${shown}"`), message);
    for (const message of await refusals(config, { attributes: [{ key: name, values: ["x"] }] })) {
      assert.ok(message.includes(`attributes[0].key must be the name of an attribute; got "${shown}"`), message);
    }
    for (const message of await refusals(config, { roleId: 2, [name]: "x" })) assert.ok(message.includes(`the field "${shown}", which a parser made`), message);
  }
  for (const key of ["__parsed_extra", "__EMPTY", "__EMPTY_1"]) {
    for (const message of await refusals(config, { roleId: 2, [key]: ["x"] })) assert.ok(message.includes(`the field "${key}", which a parser made for a value without a header,`), message);
  }
  assert.equal(mock.requests.length, 0);
  // An empty key without a value is left out.
  const user = await createUser(config, { ...ada, "": "", __EMPTY: null });
  assert.equal(mock.users.get(user.id).displayName, "Ada");
});

test("spreadsheet errors are refused as values", async (t) => {
  const { mock, config } = await instance(t);
  for (const error of ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#NV", "#WERT!", "#BEZUG!", "#NOM?", "#VALEUR!", " #N/A ", "#n/a"]) {
    for (const [changes, field] of [[{ displayName: error }, "displayName"], [attribute("x", error), "attributes[0].values[1]"], [{ title: error }, "title"]]) {
      for (const message of await refusals(config, changes)) {
        assert.ok(message.includes(`${field} must be a value, not the error of a spreadsheet cell: correct the cell, or leave the field out; got "${error}"`), message);
      }
    }
  }
  assert.equal(mock.requests.length, 0);
  // Values that only look similar, and a number that the caller passed as a number.
  const [id] = mock.users.keys();
  for (const title of ["C#", "#1", "#hr", "N/A", "4.91701E+11"]) await updateUser(config, id, attribute(title));
  // `before` is not checked.
  await applyChanges(config, [{ ...update(id, attribute("x")), before: attribute("#N/A") }]);
});
