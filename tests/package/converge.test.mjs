// For any instance and any list: after the plan was applied, the instance matches the list, nothing else was changed, and the next plan is empty.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { domoUsers, instance, planUsers } from "../support/installed.mjs";

const { applyChanges } = domoUsers;

const EMAILS = ["ann", "bob", "cy", "dee", "eve", "fay"].map((name) => `${name}@x.co`);
const FIRST_ID = 11;
const anyCase = (email) => fc.constantFrom(email, email.toUpperCase());
// A string of digits may be a number without its leading zeros, which is no change; U+FFFD and lone surrogates are refused.
const text = fc.oneof(fc.constantFrom("Sales", "=1+1", "'=x", "a,b", 'q"q', "007", "1.50", "[a]", "TRUE", "-5", "null"), fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }).filter((one) => one.trim() === one && !/^\d+$|[\ud800-\udfff\ufffd]/.test(one.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))));
const value = { title: text, costCenter: text, employeeNumber: fc.integer({ min: 0, max: 99 }), flagged: fc.boolean() };
const name = fc.constantFrom("Ann", "Bob, Jr.", "=x");
const roleId = fc.integer({ min: 1, max: 5 });

const user = (at) =>
  fc.record({ displayName: name, roleId, emailAddress: anyCase(EMAILS[at]), held: fc.record(value, { requiredKeys: [] }) }).map(({ held, ...fields }) => ({
    id: FIRST_ID + at, ...fields, attributes: Object.entries(held).map(([key, one]) => ({ key, values: [one] })),
  }));
const users = fc.subarray([0, 1, 2, 3], { minLength: 1 }).chain((all) => fc.tuple(...all.map(user)));
const cleared = fc.constantFrom(null, "");
const row = (email) =>
  fc.record(
    { emailAddress: anyCase(email), displayName: name, roleId, reportsTo: fc.constantFrom(...EMAILS), moves: fc.boolean(), ...Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fc.oneof({ weight: 4, arbitrary: one }, { weight: 1, arbitrary: cleared })])) },
    { requiredKeys: ["emailAddress", "displayName", "roleId"] },
  );
const rows = fc.uniqueArray(fc.constantFrom(...EMAILS), { minLength: 1 }).chain((emails) => fc.tuple(...emails.map(row)));
const options = fc.record({ deleteMissing: fc.boolean(), emptyCells: fc.constantFrom("keep", "clear"), protect: fc.subarray([11, 12, 13]) });

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
const attribute = (user, key) => user.attributes?.find((one) => one.key === key)?.values.filter((one) => one !== null) ?? [];

/** The rows as a CSV file: a cell for each column, formulas with an apostrophe. */
function toCsv(rows) {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const cell = (value) => `"${String(value ?? "").replace(/^(?='*[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
  return [columns.join(","), ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))].join("\n");
}

test("after a plan was applied, the next plan is empty, and nothing else was changed", async (t) => {
  let applied = 0;
  const property = async (users, given, options, isCsv) => {
    const { mock, config } = await instance(t, { users: structuredClone(users) });
    const before = [...mock.users.values()].map((one) => structuredClone(one));
    const has = (email) => before.find((one) => same(one.emailAddress, email));
    // The first user is the owner of the token.
    const goes = (one) => options.deleteMissing && one !== before[0] && !options.protect.includes(one.id) && !given.some((row) => same(row.emailAddress, one.emailAddress));
    const stays = (email) => given.some((row) => same(row.emailAddress, email)) || (has(email) && !goes(has(email)));
    // An existing user may get another address; managers are users who stay, and stand in an earlier row or in none, so that there is no circle.
    const isBefore = (email, at) => given.findIndex((other) => same(other.emailAddress, email)) < at;
    const rows = given.map(({ moves, reportsTo, ...row }, at) => ({
      ...row, ...(moves && has(row.emailAddress) && { newEmail: `new${at}@x.co` }), ...(reportsTo && stays(reportsTo) && isBefore(reportsTo, at) && { reportsTo }),
    }));
    const isProtected = (row) => options.protect.includes(has(row.emailAddress)?.id);
    const emailOf = (row) => (row.newEmail && !isProtected(row) ? row.newEmail : row.emailAddress);
    const list = (rows) => (isCsv ? toCsv(rows) : rows);

    const result = await applyChanges(config, await planUsers(config, list(rows), { newAttributes: Object.keys(value), ...options }));
    assert.deepEqual([result.failed, result.skipped], [0, 0], result.results.find(({ error }) => error)?.error.message);

    const now = (email) => [...mock.users.values()].find((one) => same(one.emailAddress, email));
    const columns = new Set(rows.flatMap(Object.keys));
    for (const row of rows.filter((row) => !isProtected(row))) {
      const is = now(emailOf(row));
      assert.deepEqual([is.displayName, is.roleId], [row.displayName, row.roleId]);
      for (const key of [...Object.keys(value), "reportsTo"]) {
        // A row of a file has a cell for each column.
        const wanted = key in row ? row[key] : isCsv && columns.has(key) ? "" : undefined;
        const clears = options.emptyCells === "clear" || (wanted === null && !isCsv);
        const old = attribute(has(row.emailAddress) ?? {}, key);
        const boss = key === "reportsTo" && wanted && rows.find((one) => same(one.emailAddress, wanted));
        if (key === "reportsTo" && wanted) assert.deepEqual(attribute(is, key), [String(now(boss ? emailOf(boss) : wanted).id)]);
        else if (wanted === undefined || ((wanted === "" || wanted === null) && !clears)) assert.deepEqual(attribute(is, key), old);
        else if (wanted === "" || wanted === null) assert.deepEqual(attribute(is, key), []);
        else assert.deepEqual(attribute(is, key).map((one) => String(one).toLowerCase()), [String(wanted).toLowerCase()]);
      }
    }
    for (const one of before) {
      const row = rows.find((row) => same(row.emailAddress, one.emailAddress));
      if (!row || isProtected(row)) assert.deepEqual(mock.users.get(one.id), goes(one) ? undefined : one);
    }
    const again = rows.map(({ newEmail, ...row }) => {
      const boss = rows.find((one) => row.reportsTo && same(one.emailAddress, row.reportsTo));
      return { ...row, emailAddress: emailOf({ ...row, newEmail }), ...(boss && { reportsTo: emailOf(boss) }) };
    });
    assert.deepEqual((await planUsers(config, list(again), { newAttributes: Object.keys(value), ...options })).changes, []);
    applied++;
  };
  await fc.assert(fc.asyncProperty(users, rows, options, fc.boolean(), property), { numRuns: 400 });
  assert.equal(applied, 400);
});
