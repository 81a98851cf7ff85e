// rejectedRows: the rows of a file that failed, as a file that can be corrected and planned again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, instance } from "../support/installed.mjs";

const { applyChanges, isDomoError, planUsers, rejectedRows } = domoUsers;

const ERRORS = [{ row: 3, error: "it failed" }];

test("rows that an instance refuses are copied with their errors, and the corrected file plans only them", async (t) => {
  const { mock, config } = await instance(t, { users: [{ id: 7, displayName: "Ann", roleId: 4, emailAddress: "ann@x.co", attributes: [] }] });
  const csv = "Name;Mail;Role ID;title\r\nAnn;ann@x.co;4;\"Lead; \"\"x\"\"\"\r\n\r\nBob;bob@x.co;4;=1+1\r\nCy;cy@x.co;4;\r\n";
  const columns = { Name: "displayName", Mail: "emailAddress" };
  const plan = await planUsers(config, csv, { columns });
  mock.addFault({ method: "POST", path: "/api/identity/v1/users", status: 400, body: '{"message":"no; not this one"}' });
  const { results } = await applyChanges(config, plan, { concurrency: 1 });
  const errors = results.filter(({ status }) => status === "failed").map(({ index, error }) => ({ row: plan.changes[index].row, error: error.message }));
  assert.equal(errors.length, 1);
  const rejected = rejectedRows(csv, errors);
  assert.equal(rejected, `Name;Mail;Role ID;title;error\r\nBob;bob@x.co;4;=1+1;"${errors[0].error.replaceAll('"', '""')}"\r\n`);
  const again = await planUsers(config, rejected, { columns: { ...columns, error: null } });
  assert.deepEqual(again.changes.map(({ action, user }) => [action, user.emailAddress]), [["create", "bob@x.co"]]);
  assert.deepEqual(again.changes[0].then, { attributes: [{ key: "title", values: ["=1+1"] }] });
});

test("the rows of an error of planUsers can be named", async (t) => {
  const { config } = await instance(t);
  const csv = "email,displayName,roleId\nx,Ann,4\nbob@x.co,Bob,4\n\nc@x.co,Cy,0\n";
  const { rows } = await planUsers(config, csv).catch((error) => error);
  const copied = rejectedRows(csv, rows.map(({ row, column, reason }) => ({ row, error: `${column}: ${reason}` })));
  assert.match(copied, /^email,displayName,roleId,error\r\nx,Ann,4,"?email: .*\r\nc@x\.co,Cy,0,"?roleId: .*\r\n$/);
});

test("a file in any encoding, with a line that names its delimiter", () => {
  const csv = "sep=;\r\nemail;title\r\nann@x.co;x\r\njörg@x.co;é, €\r\n";
  const copied = "sep=;\r\nemail;title;error\r\njörg@x.co;\"é, €\";it failed\r\n";
  assert.equal(rejectedRows(csv, ERRORS), copied);
  assert.equal(rejectedRows(Buffer.from(csv), ERRORS), copied);
  assert.equal(rejectedRows(new DataView(new TextEncoder().encode(`\ufeff${csv}`).buffer), ERRORS), copied);
  const utf16 = Buffer.from(csv, "utf16le");
  assert.equal(rejectedRows(utf16, ERRORS), copied);
  assert.equal(rejectedRows(Buffer.from(`\ufeff${csv}`, "utf16le").swap16(), ERRORS), copied);
  const windows = Buffer.from(csv.replaceAll("€", "\u0080"), "latin1");
  assert.equal(rejectedRows(windows, ERRORS, { encoding: "windows-1252" }), copied);
  assert.throws(() => rejectedRows(windows, ERRORS), /row 3: the bytes are not UTF-8.*windows-1252/);
});

test("a file of a million cells", () => {
  const lines = ["id,a,b,c,error", ...Array.from({ length: 200_000 }, (_, index) => `${index + 1},"x,y",é,,old`)];
  const errors = Array.from({ length: 50_000 }, (_, index) => ({ row: 4 * index + 2, error: `error ${index}` })).reverse();
  const copied = rejectedRows(lines.join("\n"), errors).trimEnd().split("\r\n");
  assert.equal(copied.length, 50_001);
  assert.deepEqual([copied[0], copied[1], copied.at(-1)], ["id,a,b,c,error", '1,"x,y",é,,error 0', '199997,"x,y",é,,error 49999']);
});

test("wrong arguments are refused", () => {
  for (const [args, message] of [
    [[new ReadableStream(), ERRORS], /^csv must be a string or a Uint8Array; got an object/],
    [[[{ id: 7 }], ERRORS], /^csv must be a string or a Uint8Array; got an array/],
    [["id\n7\n", ERRORS], /^errors has row 3, which the file does not have below its header/],
    [["id\n7\n8\n", [{ row: 3 }]], /^errors must be an array of \{row, error\}/],
    [["id\n7\n8\n", undefined], /^errors must be an array of \{row, error\}.*got undefined/],
    [["id\n7\n8\n", ERRORS, { separator: ";" }], /separator/],
    [["id\n7\n8\n", ERRORS, { delimiter: ":" }], /^delimiter must be/],
    [["id\n7\n8\n", ERRORS, { encoding: "windows-1252" }], /^encoding is for bytes, but the list is a string/],
    [[Buffer.from("PK\x03\x04"), ERRORS], /row 1: this is an Excel workbook/],
  ]) {
    assert.throws(() => rejectedRows(...args), (error) => isDomoError(error) && error.code === "INVALID_INPUT" && message.test(error.message), String(message));
  }
});
