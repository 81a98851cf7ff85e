// planUsers with lists as people really write them: addresses, damaged cells, dates, columns.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { domoUsers, instance, planUsers, rejection } from "../support/installed.mjs";

const { applyChanges, exportUsersCsv } = domoUsers;

const user = (id, name, attributes = {}, fields = {}) => ({
  id, displayName: name, userName: `${name.toLowerCase()}@example.com`, roleId: 4, emailAddress: `${name.toLowerCase()}@example.com`,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, values: [value].flat() })), ...fields,
});
const company = (t, users) => instance(t, { users });
/** The forms in which the same rows can be passed. */
const ways = {
  text: (csv) => csv,
  bytes: (csv) => new TextEncoder().encode(csv),
  stream: (csv) => new Blob([csv]).stream(),
  objects: (csv) => {
    const [header, ...rows] = csv.trim().split("\n").map((line) => line.split(","));
    return rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at]])));
  },
};
const errorOf = async (config, list, options) => {
  const error = await rejection(planUsers(config, list, options));
  assert.equal(error.code, "INVALID_INPUT", error.message);
  return error.message;
};

// ---- addresses

const INVISIBLE = [0xad, 0x34f, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202e, 0x2060, 0x2064, 0x206f, 0x3164, 0xfeff].map((code) => String.fromCodePoint(code));

test("invisible characters in an address: the same user, no change, one warning", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Bob")]);
  for (const odd of INVISIBLE) {
    const csv = `email,displayName\n${odd}ada@exam${odd}ple.com${odd},Ada\nbob@example.com,Bob\n`;
    for (const [name, way] of Object.entries(ways)) {
      const { changes, unchanged, warnings } = await planUsers(config, way(csv), { deleteMissing: true });
      assert.deepEqual([changes, unchanged], [[], 2], `${name} U+${odd.codePointAt(0).toString(16)}`);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0], /invisible characters in, or text around, the e-mail addresses of 1 row \(row 2\);/);
    }
  }
});

test("text around an address is removed in every column of addresses", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Bob")]);
  for (const cell of ["mailto:ada@example.com", "SMTP:ada@example.com", "Ada <ada@example.com>", "(ada@example.com)", "'ada@example.com'", "“ada@example.com”", "ada@example.com/", "ada@example.com;", "[ada@example.com]"]) {
    const { changes, warnings } = await planUsers(config, [{ emailAddress: cell }, { emailAddress: "bob@example.com" }], { deleteMissing: true });
    assert.deepEqual([changes, warnings.length], [[], 1], cell);
    const [{ changes: manager }] = (await planUsers(config, [{ emailAddress: "bob@example.com", reportsTo: cell }])).changes;
    assert.deepEqual(manager, { attributes: [{ key: "reportsTo", values: ["1"] }] }, cell);
    const [created] = (await planUsers(config, [{ emailAddress: cell.replace("ada@", "new@"), displayName: "New", roleId: 4 }])).changes;
    assert.equal(created.user.emailAddress, "new@example.com");
    const [renamed] = (await planUsers(config, [{ emailAddress: "ada@example.com", newEmail: cell.replace("ada@", "ada.b@") }])).changes;
    assert.deepEqual(renamed.changes, { emailAddress: "ada.b@example.com" });
    const [alternate] = (await planUsers(config, [{ emailAddress: "ada@example.com", alternateEmail: cell.replace("ada@", "ada.b@") }])).changes;
    assert.deepEqual(alternate.changes, { attributes: [{ key: "alternateEmail", values: ["ada.b@example.com"] }] });
  }
});

test("an address with other characters is refused, and invisible characters are named", async (t) => {
  const { config } = await company(t, [user(1, "Ada")]);
  for (const [cell, part] of [
    ["“ada@example.com", "“ada@example.com"], ["ada\ufffd@example.com", "U+FFFD"], ["o’hara@example.com", "o’hara"], ["ada@example.com <bob@example.com>", "bob"],
    ["ada@example.com, bob@example.com", "ada@example.com, bob"], ["\u200b", "no value"], ["ad\u200ba at example", "ada at example"],
  ]) {
    const message = await errorOf(config, [{ emailAddress: cell, displayName: "X", roleId: 4 }], { deleteMissing: true, maxDeletes: 100 });
    assert.match(message, /row 2, emailAddress: /, cell);
    assert.ok(message.includes(part), message);
  }
  for (const legal of ["o'hara@example.com", "ada_x.com#EXT#@acme.onmicrosoft.com"]) {
    const [{ user: created }] = (await planUsers(config, [{ emailAddress: legal, displayName: "X", roleId: 4 }])).changes;
    assert.equal(created.emailAddress, legal);
  }
});

test("an instance with invisible characters: no duplicate, no delete, and an exported file makes an empty plan", async (t) => {
  const dirty = [user(1, "Ada", {}, { emailAddress: "ada@example.com\u200b" }), user(2, "Bob", {}, { emailAddress: "mailto:bob@example.com", userName: "b\u00adob" }), user(3, "Cy")];
  const { config } = await company(t, dirty);
  const plan = await planUsers(config, "email\nADA@example.com\nbob@example.com\ncy@example.com\n", { deleteMissing: true });
  assert.deepEqual([plan.changes, plan.unchanged], [[], 3]);
  assert.deepEqual(plan.warnings.map((line) => line.replace(/ differ.*/, "")), ["The e-mail addresses of 2 rows (2 and 3)"]);
  const exported = await new Response(exportUsersCsv(config)).text();
  for (const matchBy of ["emailAddress", "id", "userName"]) assert.deepEqual((await planUsers(config, exported, { deleteMissing: true, matchBy })).changes, []);
  const byManager = await planUsers(config, "email,reportsTo\ncy@example.com,ada@example.com\n");
  assert.deepEqual(byManager.changes[0].changes.attributes, [{ key: "reportsTo", values: ["1"] }]);
});

test("two users of the instance with the same address are both unchanged", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Ada", {}, { emailAddress: "ada@example.com\u2060" }), user(3, "Bob")]);
  const message = await errorOf(config, "email,title\nada@example.com,x\nbob@example.com,y\n", { deleteMissing: true });
  assert.match(message, /row 2, emailAddress: several users of the instance match this row, one of them with the id 2;/);
});

test("two rows with one address are refused", async (t) => {
  const { config } = await company(t, [user(1, "Ada")]);
  assert.match(await errorOf(config, "email\nada@example.com\nAda <ADA@example.com\u200b>\n"), /row 3, emailAddress: row 2 is for the same user/);
});

test("no spelling of an address creates a duplicate or deletes the real user", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Émile", {}, { emailAddress: "Émile@example.com" })]);
  const odd = fc.constantFrom(...INVISIBLE, "");
  const around = fc.constantFrom(["", ""], ["mailto:", ""], ["<", ">"], ["Name <", ">"], ["(", ")"], ["", ";"], [" ", "\u00a0"], ["\"", "\""], ["‘", "’"]);
  const spelling = fc.tuple(fc.constantFrom("ada@example.com", "émile@example.com"), fc.array(odd, { minLength: 20, maxLength: 20 }), fc.boolean(), around);
  await fc.assert(fc.asyncProperty(spelling, async ([address, odds, upper, [before, behind]]) => {
    const letters = [...(upper ? address.toUpperCase() : address)].map((letter, at) => letter + odds[at % odds.length]).join("");
    const others = ["ada@example.com", "émile@example.com"].filter((one) => one !== address);
    const plan = await planUsers(config, [{ emailAddress: `${before}${letters}${behind}` }, ...others.map((emailAddress) => ({ emailAddress }))], { deleteMissing: true });
    assert.deepEqual([plan.changes, plan.unchanged], [[], 2]);
  }), { numRuns: 200 });
});

test("a sign beside an address never creates another user", async (t) => {
  const { config } = await company(t, [user(1, "Ada")]);
  for (const [before, behind] of [["'", ""], ["•", ""], [".", ""], ["/", ""], ["=", ""], ["-", ""], ["+", ""], ["(", ""], ["（", "）"], ["「", "」"], ["*", "*"], ["_", "_"], ["{", "}"], ["", "!"], ["", "%20"], ["", "，"], ["", "…"], ["", "-"], ["\u2800", ""]]) {
    const message = await errorOf(config, [{ emailAddress: `${before}ada@example.com${behind}`, displayName: "Ada", roleId: 4 }], { deleteMissing: true });
    assert.match(message, /row 2, emailAddress: must be an e-mail address/, `${before} ${behind}`);
  }
});

test("a user with an unusual address is not deleted, since a row may mean that user", async (t) => {
  const { config } = await company(t, [user(1, "Ada", {}, { emailAddress: "sip:ada@example.com" }), user(2, "Jo", {}, { emailAddress: "jose\u0301@example.com" }), user(3, "Bob"), user(4, "Cy")]);
  const plan = await planUsers(config, "email\nbob@example.com\n", { deleteMissing: true });
  assert.deepEqual(plan.changes.map(({ action, id }) => [action, id]), [["delete", 4]]);
  assert.match(plan.warnings.join(), /does not delete users whose e-mail address is not valid, .*: 1 \(sip:ada@example\.com\), 2 \(/);
});

test("an unknown protected id is reported", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Bob")]);
  const { warnings } = await planUsers(config, "email\nada@example.com\n", { deleteMissing: true, protect: [2, 99] });
  assert.deepEqual(warnings, ["The option protect has ids that no user of the instance has: 99."]);
});

test("lists of addresses are cleaned and checked, and the plan can be applied", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { alternateEmail: ["a@example.com", "b@example.com"] })]);
  const list = [{ emailAddress: "ada@example.com", alternateEmail: ["mailto:a@example.com", "c\u200b@example.com"] }];
  const plan = await planUsers(config, list);
  assert.deepEqual(plan.changes[0].changes.attributes, [{ key: "alternateEmail", values: ["a@example.com", "c@example.com"] }]);
  assert.equal((await applyChanges(config, plan)).done, 1);
  assert.deepEqual((await planUsers(config, list)).changes, []);
  for (const alternateEmail of ["nope", ["a@example.com", "nope"]]) assert.match(await errorOf(config, [{ emailAddress: "ada@example.com", alternateEmail }]), /row 2, alternateEmail: must be an e-mail address/);
});

test("a cell without visible characters is an empty cell", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { title: "Chief", department: "\u200b" })]);
  for (const way of Object.values(ways)) assert.deepEqual((await planUsers(config, way("email,title,reportsTo\nada@example.com,\u200b,\u2060\n"))).changes, []);
  const [{ changes }] = (await planUsers(config, "email,title,department\nada@example.com,\u200b,\u200b\n", { emptyCells: "clear" })).changes;
  assert.deepEqual(changes.attributes, [{ key: "title", values: [null] }]);
});

test("an attribute with the name of a column of Domo's import files is an attribute", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { newEmail: "other@example.com" })]);
  assert.deepEqual((await planUsers(config, await domoUsers.getAllUsers(config, { parts: "DETAILED" }))).changes, []);
});

// ---- damaged cells

test("cells damaged by a wrong encoding or a spreadsheet are refused, with row, column, value and remedy", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { title: "Chief", phoneNumber: "491701234567" })]);
  for (const [column, cell, part] of [
    ["displayName", "J\ufffdrg M\ufffdller", /row 2, displayName: "JU\+FFFDrg MU\+FFFDller" contains U\+FFFD.*CSV UTF-8/],
    ["title", "\ufffd", /row 2, title: "U\+FFFD" contains U\+FFFD/],
    ["title", "#N/A", /row 2, title: "#N\/A" is the error of a spreadsheet formula/],
    ["title", "#NV", /row 2, title: "#NV" is the error/],
    ["displayName", "#REF!", /row 2, displayName: "#REF!" is the error/],
    ["phoneNumber", "4.91701E+11", /row 2, phoneNumber: "4\.91701E\+11" is a number that a spreadsheet has shortened.*as text/],
    ["displayName", "\u200b\u2060", /row 2, displayName: the name has no visible characters; got "U\+200BU\+2060"/],
  ]) {
    for (const way of Object.values(ways)) assert.match(await errorOf(config, way(`email,${column}\nada@example.com,${cell}\n`)), part);
    const created = `email,displayName,roleId,${column}x\nnew@example.com,New,4,`.replace(/displayName,roleId,displayNamex/, "displayName,roleId").replace(/x\n/, "\n");
    if (column !== "displayName") assert.match(await errorOf(config, `${created}${cell}\n`), part);
  }
  assert.match(await errorOf(config, [{ emailAddress: "ada@example.com", title: ["a", "#N/A"] }]), /row 2, title: .* is the error/);
  assert.match(await errorOf(config, "email,T\ufffdtle\nada@example.com,x\n"), /row 1, column 2: .*wrong character encoding/);
  assert.deepEqual((await planUsers(config, "email,title\nada@example.com,12E4\n")).changes[0].changes.attributes, [{ key: "title", values: ["12E4"] }]);
});

test("a value that the user already has is never refused or changed", async (t) => {
  const { config, mock } = await company(t, [user(1, "Ada", {
    title: "#N/A", department: "M\ufffdller", phoneNumber: "4.9E+11", hireDate: "1.3.2024", costCenter: ["#REF!", "x"], "odd\u200bkey": "x",
  }, { displayName: "\u200b" }), user(2, "Bob", { hireDate: 42036 })]);
  const columns = ["id", "displayName", "emailAddress", "title", "department", "phoneNumber", "hireDate", "costCenter", "odd\u200bkey"];
  const exported = await new Response(exportUsersCsv(config, { columns })).text();
  for (const list of [exported, [...mock.users.values()], await domoUsers.getAllUsers(config, { parts: "DETAILED" })]) {
    assert.deepEqual(await planUsers(config, list), { changes: [], unchanged: 2, warnings: [] });
  }
  // For another user the same values are new.
  const message = await errorOf(config, exported.replace("ada@", "bob@").split("\r\n").slice(0, 2).join("\r\n"));
  for (const column of ["title", "department", "phoneNumber", "hireDate", "costCenter"]) assert.ok(message.includes(`row 2, ${column}: `), message);
});

test("a number without its leading zeros is unchanged, with one warning", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { employeeNumber: "00712" }), user(2, "Bob", { employeeNumber: "007" })]);
  for (const way of Object.values(ways)) {
    const plan = await planUsers(config, way("email,employeeNumber\nada@example.com,712\nbob@example.com,7\n"));
    assert.deepEqual([plan.changes, plan.unchanged, plan.warnings.length], [[], 2, 1]);
    assert.match(plan.warnings[0], /The numbers of 2 rows \(2 and 3\) lack leading zeros/);
  }
  const numbers = await planUsers(config, [{ emailAddress: "ada@example.com", employeeNumber: 712 }]);
  assert.deepEqual([numbers.changes, numbers.warnings.length], [[], 1]);
  // Leading zeros that only the list has are a change.
  const restored = await planUsers(config, "email,employeeNumber\nada@example.com,000712\n");
  assert.deepEqual(restored.changes[0].changes.attributes, [{ key: "employeeNumber", values: ["000712"] }]);
});

test("values without JSON are refused, not read as null", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { title: "Chief" })]);
  const row = (fields) => [{ emailAddress: "ada@example.com", ...fields }];
  for (const title of [[undefined], [, "x"], [() => {}], [Symbol("x")], () => {}]) {
    assert.match(await errorOf(config, row({ title })), /row 2, title: /);
  }
  for (const values of [[undefined], [() => {}], [,]]) assert.match(await errorOf(config, row({ attributes: [{ key: "title", values }] })), /row 2, attributes: /);
  assert.deepEqual((await planUsers(config, row({ title: undefined }))).changes, []);
  assert.deepEqual((await planUsers(config, row({ title: null }))).changes[0].changes.attributes, [{ key: "title", values: [null] }]);
});

test("cells without a header are refused if they have a value", async (t) => {
  const { config } = await company(t, [user(1, "Ada")]);
  for (const key of ["", "__parsed_extra", "__EMPTY", "__EMPTY_1", "\u200b"]) {
    for (const value of ["x", 7, ["x"]]) assert.match(await errorOf(config, [{ emailAddress: "ada@example.com", [key]: value }]), /row 2.*more cells than the header.*columns: \{"/);
    for (const nothing of ["", null, undefined, [], [""]]) {
      assert.deepEqual((await planUsers(config, [{ emailAddress: "ada@example.com", [key]: nothing }])).changes, [], `${key} ${nothing}`);
    }
  }
});

// ---- dates

const DAY = 1_423_267_200_000; // 2015-02-07
const HOUR = 3_600_000;

test("a date without a time equals a stored time from the earliest midnight to the end of the day", async (t) => {
  const held = [DAY, DAY - 14 * HOUR, DAY - 14 * HOUR - 1, DAY + 24 * HOUR - 1, DAY + 24 * HOUR];
  const { config } = await company(t, held.map((hireDate, at) => user(at + 1, `U${at}`, { hireDate })));
  const rows = (date) => `email,hireDate\n${held.map((_, at) => `u${at}@example.com,${date}\n`).join("")}`;
  for (const date of ["2015-02-07", "2015-02-07T00:00", "2015-02-07 00:00:00", "2015-02-07T00:00:00.000"]) {
    for (const way of Object.values(ways)) {
      const { changes } = await planUsers(config, way(rows(date)));
      assert.deepEqual(changes.map(({ id, changes }) => [id, changes.attributes]), [3, 5].map((id) => [id, [{ key: "hireDate", values: [DAY] }]]), date);
    }
  }
  for (const date of ["2015-02-07T00:00:00Z", "2015-02-07 02:00+02:00", String(DAY)]) {
    const { changes } = await planUsers(config, rows(date));
    assert.deepEqual(changes.map(({ id }) => id), [2, 3, 4, 5], date);
  }
});

test("ambiguous dates are refused in every time zone", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { hireDate: DAY })]);
  for (const date of ["03/01/2024", "1.3.2024", "42036", "20150207", "2015-02-07T09:30", "2015-02-07 09:30:00", "2023-02-29", "2024-04-31", "1.70925E+12", "yesterday"]) {
    for (const way of Object.values(ways)) assert.match(await errorOf(config, way(`email,hireDate\nada@example.com,${date}\n`)), /row 2, hireDate: must be a date as 2024-03-01/, date);
  }
  for (const date of [42036, 20150207, true, [1, 2]]) assert.match(await errorOf(config, [{ emailAddress: "ada@example.com", hireDate: date }]), /row 2, hireDate: must be a date/);
  const [{ changes }] = (await planUsers(config, [{ emailAddress: "ada@example.com", hireDate: new Date(DAY + 5) }])).changes;
  assert.deepEqual(changes.attributes, [{ key: "hireDate", values: [DAY + 5] }]);
  const early = await planUsers(config, [{ emailAddress: "ada@example.com", hireDate: new Date(0), title: new Date(-5), department: [new Date(5), "x"] }]);
  assert.deepEqual(early.changes[0].changes.attributes.map(({ values }) => values), [[0], [-5], [5, "x"]]);
});

test("an instance that stores dates as strings gets strings; a new user gets milliseconds", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { hireDate: String(DAY) })]);
  const { changes } = await planUsers(config, "email,displayName,roleId,hireDate\nada@example.com,,,2024-03-01\nnew@example.com,New,4,2024-03-01\n");
  assert.deepEqual(changes[0].changes.attributes, [{ key: "hireDate", values: ["1709251200000"] }]);
  assert.deepEqual(changes[1].then.attributes, [{ key: "hireDate", values: [1709251200000] }]);
  assert.equal(Date.UTC(2024, 2, 1), 1709251200000);
  assert.deepEqual((await planUsers(config, "email,hireDate\nada@example.com,2015-02-07\n")).changes, []);
  const [cleared] = (await planUsers(config, "email,hireDate\nada@example.com,\n", { emptyCells: "clear" })).changes;
  assert.deepEqual(cleared.changes.attributes, [{ key: "hireDate", values: [null] }]);
});

// ---- columns

test("an unknown column is refused, with the name that was probably meant", async (t) => {
  const { config, mock } = await company(t, [user(1, "Ada", { shoeSize: "38" })]);
  for (const [header, meant] of [["departmnet", "department"], ["Manager E-Mail", "reportsTo"], ["Full Name", "displayName"], ["shoesize2", "shoeSize"], ["Start Date", "hireDate"]]) {
    for (const way of Object.values(ways)) {
      const message = await errorOf(config, way(`email,${header}\nada@example.com,x\n`));
      assert.ok(message.includes(`row 1, ${header}: neither Domo nor any user of the instance has a field of this name: did you mean ${meant}?`), message);
      assert.ok(message.includes(`columns: {"${header}": "${meant}"}`) && message.includes(`newAttributes: ["${header}"]`), message);
    }
  }
  assert.match(await errorOf(config, "email,Birthday,x1\nada@example.com,1,2\n"), /2 errors:\n- row 1: [^\n]*:\n {2}Birthday\n {2}x1\n {2}Map or ignore them with columns: \{"Birthday": null, "x1": null\}/);
  assert.ok(mock.requests.every(({ method }) => method === "GET"));
  assert.match(await errorOf(config, [{ emailAddress: "ada@example.com", attributes: [{ key: "departmnet", values: ["x"] }] }]), /departmnet: .*did you mean department/);
});

test("headers in usual spellings match a key of the instance", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Bob", { costcenter: "7" }), user(3, "Cy", { costcenter: "8" })]);
  for (const header of ["Cost Center", "cost_center", "COST-CENTER", "costCenter", "Cost\u00a0Center", "cost\u2011center", "\ufeffCost Center\u200b", '"Cost\nCenter"']) {
    const plan = await planUsers(config, `email,${header}\nada@example.com,7\nbob@example.com,7\ncy@example.com,7\n`);
    assert.deepEqual(plan.changes.map(({ id, changes }) => [id, changes.attributes]), [1, 3].map((id) => [id, [{ key: "costcenter", values: ["7"] }]]), header);
    assert.deepEqual([plan.unchanged, plan.warnings], [1, []]);
  }
  for (const header of ["Role\u00a0ID", '"Role\nID"', "Role\u2011ID", "\ufeff\ufeffRoleID"]) {
    assert.equal((await planUsers(config, `email,${header}\nada@example.com,2\n`)).changes[0].changes.roleId, 2, header);
  }
});

test("an exact key takes precedence, and two other matches are refused", async (t) => {
  const csv = "email,Cost Center\nada@example.com,7\nbob@example.com,7\n";
  for (const order of [[0, 1], [1, 0]]) {
    const users = [user(1, "Ada", { costcenter: "7" }), user(2, "Bob", { "Cost Center": "7" })];
    const { config, mock } = await company(t, order.map((at) => users[at]));
    const { changes, unchanged } = await planUsers(config, csv);
    assert.deepEqual([changes.map(({ id, changes, before }) => [id, changes.attributes, before.attributes]), unchanged], [
      [[1, [{ key: "Cost Center", values: ["7"] }], [{ key: "Cost Center", values: [] }]]], 1,
    ]);
    assert.ok(mock.requests.filter(({ path }) => path.startsWith("/api/identity/v1/users")).length <= 2);
  }
  const { config } = await company(t, [user(1, "Ada", { costcenter: "7" }), user(2, "Bob", { cost_center: "7" })]);
  assert.match(await errorOf(config, csv), /row 1, Cost Center: several attributes of the instance match this header: costcenter, cost_center; choose one with columns/);
  assert.equal((await planUsers(config, csv, { columns: { "Cost Center": "cost_center" } })).changes.length, 1);
  assert.match(await errorOf(config, "email,Cost-Center,CostCenter\nada@example.com,1,2\n"), /several attributes|and so is the column/);
});

test("an attribute of the instance with exactly this key takes precedence over Domo's, with a warning", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { department: "a" }), user(2, "Bob", { Department: "b" })]);
  const plan = await planUsers(config, "email,Department\nada@example.com,b\nbob@example.com,b\n");
  assert.deepEqual(plan.changes.map(({ id, changes }) => [id, changes.attributes]), [[1, [{ key: "Department", values: ["b"] }]]]);
  assert.match(plan.warnings[0], /written to the attribute "Department" of the instance, not to "department"/);
});

test("columns, otherColumns and newAttributes accept unknown columns", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Boss")]);
  const csv = "Mail,Boss,Notes,Shoe Size\nada@example.com,boss@example.com,likes tea,38\n";
  const columns = { Mail: "emailAddress", boss: "reportsTo", Notes: null, "shoe size": "shoeSize" };
  const [{ changes }] = (await planUsers(config, csv, { columns, newAttributes: ["shoeSize"] })).changes;
  assert.deepEqual(changes, { attributes: [{ key: "reportsTo", values: ["2"] }, { key: "shoeSize", values: ["38"] }] });
  const other = "email,Notes,title,Shoe Size\nada@example.com,x,Chief,38\n";
  const ignored = await planUsers(config, other, { otherColumns: "ignore", newAttributes: ["shoeSize"] });
  assert.deepEqual(ignored.changes[0].changes.attributes, [{ key: "title", values: ["Chief"] }, { key: "shoeSize", values: ["38"] }]);
  assert.deepEqual(ignored.warnings, ["Ignored columns that neither Domo nor the instance knows: Notes."]);
  const onlyOther = await planUsers(config, "email,Notes\nada@example.com,x\n", { otherColumns: "ignore" });
  assert.deepEqual([onlyOther.changes, onlyOther.unchanged], [[], 1]);
  const created = await planUsers(config, "email,displayName,roleId,Notes\nnew@example.com,New,4,x\n", { otherColumns: "ignore" });
  assert.deepEqual(created.changes, [{ action: "create", user: { displayName: "New", roleId: 4, emailAddress: "new@example.com" } }]);
  for (const list of [csv, [{ Mail: "ada@example.com", Boss: "boss@example.com" }]]) {
    assert.match(await errorOf(config, list, { columns: { ...columns, Bos: "title" }, newAttributes: ["shoeSize"] }), /columns: the list has no header "Bos".*headers found: Mail, Boss/);
  }
  assert.match(await errorOf(config, csv, { columns: { Mail: "emailAddress", Boss: "emailAddress" } }), /"Boss" is the field emailAddress, and so is column 1/);
  assert.deepEqual((await planUsers(config, "email,title\nada@example.com,x\n", { columns: new Map([["title", null]]) })).changes, []);
  assert.match(await errorOf(config, "email,shoe\nada@example.com,x\n", { columns: { shoe: "shoesize" } }), /row 1, shoe: .*\("?shoesize"?, by the option columns\).*columns: \{"shoe": null\}/);
  for (const options of [{ columns: { Mail: undefined } }, { columns: 7 }, { columns: { Mail: 7 } }, { columns: { Mail: "" } }, { columns: [] }, { newAttributes: "x" }, { newAttributes: [""] }, { otherColumns: "keep" }]) {
    assert.equal((await rejection(planUsers(config, [], options))).code, "INVALID_INPUT", JSON.stringify(options));
  }
});

test("newAttributes never replaces a key of the instance", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { costcenter: "5" })]);
  const plan = await planUsers(config, "email,costcenter\nada@example.com,9\n", { newAttributes: ["Cost Center"] });
  assert.deepEqual(plan.changes[0].changes.attributes, [{ key: "costcenter", values: ["9"] }]);
});

test("strings may be split anywhere", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { title: "a😀b" })]);
  const csv = "email,title\nada@example.com,a😀b\n";
  for (let cut = 1; cut < csv.length; cut++) {
    const pieces = async function* () { yield csv.slice(0, cut); yield csv.slice(cut); };
    assert.deepEqual((await planUsers(config, pieces())).changes, [], String(cut));
  }
});

test("columns without values are ignored, and so is edit of Domo's import file", async (t) => {
  const { config } = await company(t, [user(1, "Ada", { title: "x" })]);
  assert.deepEqual(await planUsers(config, "email,nobody knows,edit\nada@example.com,,TRUE\n"), { changes: [], unchanged: 1, warnings: [] });
  const cleared = await planUsers(config, "email,nobody knows\nada@example.com,\n", { emptyCells: "clear" });
  assert.deepEqual([cleared.changes, cleared.warnings], [[], ["Ignored columns that would only clear an attribute that no user has: nobody knows."]]);
});

test("unusual keys, and thousands of keys, are known", async (t) => {
  const many = Array.from({ length: 3000 }, (_, at) => user(at + 1, `U${at}`, { [`key ${at}`]: "x", 'q"uo\\te': "y", "é": "z" }));
  const { config } = await company(t, many);
  const plan = await planUsers(config, [{ emailAddress: "u7@example.com", "key 7": "x", "key_2999": "new", 'Q"uo\\te': "y", É: "z" }]);
  assert.deepEqual(plan.changes.map(({ id, changes }) => [id, changes.attributes]), [[8, [{ key: "key 2999", values: ["new"] }]]]);
});

test("after a plan with dates, addresses and mapped columns was applied, the next plan is empty", async (t) => {
  const { config } = await company(t, [user(1, "Ada"), user(2, "Boss", { shoeSize: "40" })]);
  const csv = "Mail,Name,Role,Role ID,Boss,Start Date,Shoe Size\nmailto:ada@example.com,Ada L,x,2,Boss <boss@example.com>,2015-02-07,38\nnew\u200b@example.com,New,x,4,boss@example.com,2024-03-01,39\n";
  const options = { columns: { Mail: "emailAddress", Name: "displayName", Boss: "reportsTo", "Start Date": "hireDate", Role: null } };
  const plan = await planUsers(config, csv, options);
  const { done, failed } = await applyChanges(config, plan);
  assert.deepEqual([done, failed], [2, 0]);
  assert.deepEqual((await planUsers(config, csv, options)).changes, []);
});
