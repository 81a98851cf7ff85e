// Files and lists as real people send them: one test for each kind, which states the right value. lists.test.mjs has more members of the kinds about cells.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Readable } from "node:stream";
import { inspect } from "node:util";
import fc from "fast-check";
import { TOKEN, domoUsers, instance, rejection } from "../support/installed.mjs";

const { exportUsersCsv, planUsers } = domoUsers;

const user = (id, name, attributes = {}) => ({
  id, displayName: name, userName: `${name.toLowerCase()}@x.co`, roleId: 4, emailAddress: `${name.toLowerCase()}@x.co`,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, values: [value].flat() })),
});
const people = () => [
  user(1, "Ada", { title: "Chief", costcenter: "7", teams: ["red", "blue"], hireDate: 1423267200000, employeeNumber: "00712" }),
  user(2, "Bob", { title: "Lead", reportsTo: "1" }),
  user(3, "Cy"),
  user(4, "Boss", { reportsTo: "4" }),
];
const company = (t, users = people()) => instance(t, { users });

const utf8 = (text) => new TextEncoder().encode(text);
const utf16 = (text, littleEndian) => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
};
const latin = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
/** A stream of bytes that are cut at these positions. */
const cut = (bytes, ...positions) => {
  const ends = [...positions, bytes.length].map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b);
  return new ReadableStream({
    start(controller) {
      ends.forEach((end, at) => controller.enqueue(bytes.slice(ends[at - 1] ?? 0, end)));
      controller.close();
    },
  });
};
/** The plan of a list, or the message and rows of its error. */
const outcome = (promise) => promise.catch(({ code, message, rows }) => ({ code, message, rows }));
const errorOf = async (...args) => {
  const error = await rejection(planUsers(...args));
  assert.equal(error.code, "INVALID_INPUT", error.message);
  return error;
};
const reasonsOf = async (...args) => (await errorOf(...args)).rows.map(({ row, column, reason }) => `${row} ${column ?? "-"}: ${reason}`);

// ---- encodings and shapes

test("UTF-16 with or without BOM is read as UTF-8 is: in bytes and in streams", async (t) => {
  const { config } = await company(t);
  const files = ["email,title\nada@x.co,Größe 🙂 名\n", "sep=;\r\nE-Mail;title\r\nada@x.co;\"a;\r\nb\"\r\n", "email\tdisplayName\nada@x.co\tJürgen\nnobody\t\n"];
  for (const text of files) {
    const expected = await outcome(planUsers(config, text));
    for (const mark of ["", "\ufeff"]) {
      for (const little of [true, false]) {
        const bytes = utf16(mark + text, little);
        assert.deepEqual(await outcome(planUsers(config, bytes)), expected, `${little} ${mark.length}`);
        assert.deepEqual(await outcome(planUsers(config, cut(bytes, 1, 2, 3))), expected);
      }
    }
  }
});

test("a file makes the same plan, or the same errors, wherever its bytes are cut", async (t) => {
  const { config } = await company(t);
  const files = [
    utf16("\ufeffemail;title\r\n\"ada@x.co\"; \"a 🙂\"\"\r\n\"\r\nx;\r\n", true),
    utf16("email|title\nada@x.co|🙂\n", false),
    utf8("\ufeffsep=;\r\n;;\r\nemail;title;\r\nada@x.co;🙂é;;\r\nnope;\r\n"),
    Uint8Array.of(...utf8("email,title\nada@x.co,"), 0xfc, 10, ...utf8("bob@x.co,"), 0xe4, 10),
  ];
  for (const file of files) {
    const expected = await outcome(planUsers(config, file));
    for (let at = 0; at < file.length; at++) assert.deepEqual(await outcome(planUsers(config, cut(file, at))), expected, `cut at ${at}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(file.length), { maxLength: 8 }), async (cuts) => {
        assert.deepEqual(await outcome(planUsers(config, cut(file, ...cuts))), expected);
      }),
      { numRuns: 30 },
    );
  }
});

test("`encoding` decodes bytes, also those of a stream, whose characters may be cut", async (t) => {
  const { config, mock } = await company(t);
  const title = async (bytes, encoding) => (await planUsers(config, bytes, { encoding })).changes[0].changes.attributes[0].values[0];
  const file = latin("email,title\nada@x.co,Gr\xf6\xdfe \x80\n");
  assert.equal(await title(file, "windows-1252"), "Größe €");
  assert.equal(await title(file, "latin1"), "Größe €");
  const japanese = Uint8Array.of(...utf8("email,title\nada@x.co,"), 0x8a, 0xd6, 0x90, 0x94); // Shift_JIS
  for (let at = 0; at < japanese.length; at++) assert.equal(await title(cut(japanese, at), "shift_jis"), "関数");
  for (const [bytes, name] of [[utf8("email,title\nada@x.co,é"), "utf-8"], [utf16("email,title\nada@x.co,é", false), "utf-16be"], [utf16("\ufeffemail,title\nada@x.co,é", true), "UTF-16"]]) {
    assert.equal(await title(bytes, name), "é", name);
  }
  const before = mock.requests.length;
  for (const encoding of ["ansi-9", "", 7, null]) {
    const { message } = await errorOf(config, file, { encoding });
    assert.match(message, /^encoding must be an encoding that TextDecoder of this host knows, such as "windows-1252"; got /);
  }
  for (const list of ["email\nada@x.co", Readable.from(["email\nada@x.co"])]) {
    assert.match((await errorOf(config, list, { encoding: "windows-1252" })).message, /^encoding is for bytes, but the list is a string, which is decoded already/);
  }
  assert.equal(mock.requests.length, before);
  // A file that does not end with a whole character.
  assert.match((await reasonsOf(config, Uint8Array.of(...utf8("email,title\nada@x.co,"), 0x8a), { encoding: "shift_jis" }))[0], /^2 title: "U\+FFFD" contains U\+FFFD/);
});

test("a file in UTF-8 or UTF-16 with another `encoding` is refused, however its chunks are cut", async (t) => {
  const { config, mock } = await company(t);
  const message = "the file is UTF-8 or UTF-16; leave the option encoding out";
  for (const file of [utf8("email,title\nada@x.co,Groß 🙂\n"), utf8("\ufeffemail,title\nada@x.co,a\n"), utf16("\ufeffemail\nada@x.co", true)]) {
    for (const encoding of ["windows-1252", "shift_jis", "latin1"]) assert.equal((await errorOf(config, file, { encoding })).message, message);
    for (let at = 0; at < file.length; at++) assert.equal((await errorOf(config, cut(file, at), { encoding: "windows-1252" })).message, message);
  }
  assert.equal(mock.requests.length, 0);
  // ASCII is the same in both, and one byte of another encoding proves it.
  assert.equal((await planUsers(config, utf8("email,title\nada@x.co,a\n"), { encoding: "windows-1252" })).changes.length, 1);
  const mixed = Uint8Array.of(...utf8("email,title\nada@x.co,ß"), 0xdf);
  assert.equal((await planUsers(config, cut(mixed, mixed.length - 2), { encoding: "windows-1252" })).changes[0].changes.attributes[0].values[0], "ÃŸß");
});

test("`|` as the separator is detected, and `delimiter` decides", async (t) => {
  const { config } = await company(t);
  for (const delimiter of [",", ";", "\t", "|"]) {
    const csv = `email${delimiter}title\nada@x.co${delimiter}Boss\n`;
    for (const options of [undefined, { delimiter }]) {
      const { changes } = await planUsers(config, csv, options);
      assert.deepEqual(changes[0].changes, { attributes: [{ key: "title", values: ["Boss"] }] });
    }
  }
  const { changes } = await planUsers(config, "email;a,b\nada@x.co;1,5\n", { delimiter: ";", columns: { "a,b": "title" } });
  assert.deepEqual(changes[0].changes.attributes, [{ key: "title", values: ["1,5"] }]);
  for (const delimiter of ["", ",,", ":", 5, null]) assert.match((await errorOf(config, "email\n", { delimiter })).message, /^delimiter must be ",", ";", "\\t" or "\|"; got /);
});

test("`sep=;` as the first line is honoured and, as in a spreadsheet, has no row number", async (t) => {
  const { config } = await company(t);
  for (const start of ["sep=;\r\n", "\ufeffsep=;\n", "SEP=;\n", "\"sep=;\"\n"]) {
    assert.deepEqual((await planUsers(config, `${start}email;title\nada@x.co;Chief\n`)).unchanged, 1, start);
    assert.deepEqual((await errorOf(config, `${start}email;title\nnope;\n`)).rows[0].row, 2);
  }
  assert.equal((await planUsers(config, "sep=,\nemail,title\nada@x.co,Chief")).unchanged, 1);
});

test("comma-only or empty lines before the header are skipped, and rows keep the spreadsheet's numbers", async (t) => {
  const { config } = await company(t);
  for (const [start, row] of [["\n", 3], [",,\n", 3], ["\ufeff\r\n;;\r\n \r\n", 5], ["\t\t\n||\n", 4]]) {
    for (const way of [(csv) => csv, utf8, (csv) => cut(utf8(csv), 5)]) {
      assert.equal((await planUsers(config, way(`${start}email,title\nada@x.co,Chief\n`))).unchanged, 1);
      assert.equal((await errorOf(config, way(`${start}email,title\nnope,\n`))).rows[0].row, row, JSON.stringify(start));
    }
  }
});

test("a column without header and surplus cells are accepted if they are empty", async (t) => {
  const { config } = await company(t);
  for (const csv of ["email,title,\nada@x.co,Chief,\nbob@x.co,Lead, \n", "email,title\nada@x.co,Chief,,,\nbob@x.co,Lead\n", ",email,,title,,\n,ada@x.co,,Chief\n,bob@x.co,,Lead,,,\n"]) {
    const { changes, unchanged, warnings } = await planUsers(config, csv);
    assert.deepEqual([changes, unchanged, warnings], [[], 2, []], csv);
  }
  assert.match((await reasonsOf(config, "email,title,\nada@x.co,Chief,note\n"))[0], /^2 a column without a header: a cell without a header holds a value/);
  assert.equal((await planUsers(config, "email,title,\nada@x.co,Chief,note\n", { columns: { "": null } })).unchanged, 1);
  assert.deepEqual(await reasonsOf(config, "email,title\nada@x.co,Chief,,x\nbob@x.co\n"), ["2 -: the row has 4 cells, but the header has 2", "3 -: the row has 1 cell, but the header has 2"]);
});

test("an unquoted ` \"x\"` after a blank is read as quoted", async (t) => {
  const { config } = await company(t);
  const { changes } = await planUsers(config, "email, \"title\" , displayName\nada@x.co,  \"Head, Sales\" , \"Ada\"\nbob@x.co, \"A\" and B,Bob\n");
  assert.deepEqual(changes.map(({ changes }) => changes.attributes[0].values), [["Head, Sales"], ["\"A\" and B"]]);
});

test("`.xlsx`, `.xls`, `.ods` and `.pdf` given by mistake are one error that says what they are", async (t) => {
  const { config, mock } = await company(t);
  const zeros = new Uint8Array(2000);
  for (const [start, reason] of [
    ["PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "this is an Excel workbook; save it as CSV UTF-8"],
    ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an Excel workbook; save it as CSV UTF-8"],
    ["PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "this is an OpenDocument spreadsheet; save it as CSV UTF-8"],
    ["%PDF-1.7\n\xe2\xe3", "this is a PDF document; save the list as CSV UTF-8"],
  ]) {
    const file = Uint8Array.of(...latin(start), 10, 0xff, 10, ...zeros);
    for (const list of [file, cut(file, 1, 700), Readable.from([file])]) assert.deepEqual(await reasonsOf(config, list), [`1 -: ${reason}`]);
  }
  assert.deepEqual(await reasonsOf(config, "PK\x03\x04\ufffd\ufffd\n"), ["1 -: this is an Excel workbook; save it as CSV UTF-8"]);
  assert.equal(mock.requests.length, 0);
});

test("Windows-1252 bytes are one error a file, which names the first row and the encoding", async (t) => {
  const { config } = await company(t);
  const rows = Array.from({ length: 200 }, (_, at) => `u${at}@x.co,M\xfcller`).join("\n");
  const { message, rows: data } = await errorOf(config, latin(`email,title\nada@x.co,Chief\n${rows}\n`));
  assert.equal(message, 'desired has 1 error:\n- row 3: the bytes are not UTF-8; save the file as CSV UTF-8, or pass its encoding, such as encoding: "windows-1252"');
  assert.equal(data.length, 1);
  assert.equal((await errorOf(config, latin("E-Mail;Gr\xf6\xdfe\nada@x.co;\xfc\n"))).rows[0].row, 1);
});

// ---- errors for people

test("the same error on many rows is described once, with the number of rows and the first people; rows has all of them", async (t) => {
  const { config } = await company(t);
  const csv = `E-Mail,Role ID,title\n${Array.from({ length: 120 }, (_, at) => `u${at}@x.co,-${at},x`).join("\n")}\nada@x.co,4\n`;
  const error = await errorOf(config, csv);
  const lines = error.message.split("\n");
  assert.equal(lines.length, 4);
  assert.equal(lines[0], "desired has 121 errors:");
  assert.match(lines[1], /^- row 2, roleId: .*"-0".*\(u0@x\.co\)$/);
  assert.match(lines[2], /^ {2}120 rows have this error, also row 3 \(u1@x\.co\): "-1.*", row 4 \(u2@x\.co\): .* and others$/);
  assert.equal(lines[3], "- row 122: the row has 2 cells, but the header has 3 (ada@x.co)");
  assert.equal(error.rows.length, 121);
  assert.deepEqual([error.rows[4].row, error.rows[4].column, error.rows[4].value], [6, "Role ID", "-4"]);
  assert.deepEqual(error.rows[120], { row: 122, reason: "the row has 2 cells, but the header has 3" });
  assert.deepEqual(error.toJSON().rows, error.rows);
  assert.deepEqual(JSON.parse(JSON.stringify(error)).rows.length, 121);
  // The console shows the message, not a second list.
  assert.ok(!Object.keys(error).includes("rows") && inspect(error).split("\n").length < 30);
});

test("a file of many bad rows has at most 10,000 of them as data, and a short message", async (t) => {
  const { config } = await company(t);
  const error = await errorOf(config, `email\n${"x\n".repeat(200_000)}`);
  assert.deepEqual([error.rows.length, error.rows[9_999].row, error.message.length < 600], [10_000, 10_001, true]);
  assert.match(error.message, /^desired has 200000 errors:\n/);
  assert.ok(!("rows" in (await errorOf(config, "email\n", { emptyCells: "no" }))));
});

test("tokens are redacted in the data of errors too", async (t) => {
  const { config } = await company(t);
  await planUsers(config, "email\nada@x.co\n"); // the token is known once it was sent
  const error = await errorOf(config, `email,reportsTo\nada@x.co,${TOKEN}\n`);
  assert.ok(!JSON.stringify(error).includes(TOKEN) && error.rows.length === 1);
});

test("a promise is refused with the advice to await it", async (t) => {
  const { config, mock } = await company(t);
  assert.equal((await errorOf(config, Promise.resolve([]))).message, "desired is a promise; await it first");
  assert.match((await errorOf(config, [Promise.resolve({})])).message, /row 2: the object has no fields; a promise must be awaited first/);
  assert.match((await errorOf(config, "people.csv")).message, /A string must be the CSV itself, not the path of a file/);
  assert.equal(mock.requests.length, 0);
});

// ---- what cells hold

test("list attributes as `a|b` are several values where users hold several, else a warning", async (t) => {
  const { config } = await company(t);
  for (const list of ["email,teams\nada@x.co,red|blue\n", [{ emailAddress: "ada@x.co", teams: " red | blue " }]]) {
    const { changes, warnings } = await planUsers(config, list);
    assert.deepEqual([changes, warnings], [[], []]);
  }
  const { changes } = await planUsers(config, "email,teams\nada@x.co,green|blue\nbob@x.co,red|blue|green\n");
  assert.deepEqual(changes.map(({ changes }) => changes.attributes), [[{ key: "teams", values: ["green", "blue"] }], [{ key: "teams", values: ["red", "blue", "green"] }]]);
  const single = await planUsers(config, "email,title\nada@x.co,A|B\nbob@x.co,C|D\n");
  assert.deepEqual(single.changes[0].changes.attributes, [{ key: "title", values: ["A|B"] }]);
  assert.equal(single.warnings.length, 1);
  assert.match(single.warnings[0], /^Attributes of 2 rows \(2 and 3\) have values with \|/);
});

test("reports to oneself, or in a circle, are refused with the circle; a boss may stay so", async (t) => {
  const { config } = await company(t);
  for (const own of ["ada@x.co", "1", "ADA@x.co"]) {
    assert.deepEqual(await reasonsOf(config, `email,reportsTo\nada@x.co,${own}\n`), ["2 reportsTo: this user would report to themselves, directly or in a circle: ada@x.co → ada@x.co; choose another manager"]);
  }
  assert.deepEqual(await reasonsOf(config, [{ emailAddress: "ada@x.co", reportsTo: "cy@x.co" }, { emailAddress: "bob@x.co", reportsTo: 1 }, { emailAddress: "cy@x.co", reportsTo: "bob@x.co" }]), [
    "2 reportsTo: this user would report to themselves, directly or in a circle: ada@x.co → cy@x.co → bob@x.co → ada@x.co; choose another manager",
  ]);
  assert.deepEqual((await planUsers(config, "email,reportsTo\nboss@x.co,boss@x.co\nbob@x.co,1\n")).changes, []);
});

test("two rows that swap addresses are one error, naming both", async (t) => {
  const { config } = await company(t);
  const reason = "3 %: this row and row 2 swap their addresses; give one of the users a third address first, in a separate plan";
  assert.deepEqual(await reasonsOf(config, "email,newEmail\nada@x.co,bob@x.co\nbob@x.co,ada@x.co\n"), [reason.replace("%", "email")]);
  assert.deepEqual(await reasonsOf(config, [{ id: 1, emailAddress: "bob@x.co" }, { id: 2, emailAddress: "ada@x.co" }], { matchBy: "id" }), [reason.replace("%", "emailAddress")]);
});

test("`undefined` in `values`, holes and functions are refused; only null clears", async (t) => {
  const { config } = await company(t);
  const row = (values) => [{ emailAddress: "ada@x.co", attributes: [{ key: "title", values }] }];
  for (const values of [[undefined], [,], [() => {}], [Symbol("x")], ["a", undefined], undefined]) assert.equal((await errorOf(config, row(values))).rows[0].row, 2);
  for (const title of [() => {}, [undefined], [,], NaN, Symbol("x"), 1n]) assert.equal((await errorOf(config, [{ emailAddress: "ada@x.co", title }])).rows[0].column, "title");
  assert.deepEqual((await planUsers(config, row([null]))).changes[0].changes.attributes, [{ key: "title", values: [null] }]);
  assert.deepEqual((await planUsers(config, [{ emailAddress: "ada@x.co", title: undefined }])).changes, []);
});

test("headers of an existing key: an exact match wins, two others that fit are refused", async (t) => {
  const { config } = await company(t);
  for (const header of ["costcenter", "Cost Center", "cost_center", "Cost\u00a0Center", "COST-CENTER"]) {
    assert.deepEqual((await planUsers(config, `email,${header}\nada@x.co,8\n`)).changes[0].changes.attributes, [{ key: "costcenter", values: ["8"] }], header);
  }
  const both = await company(t, [user(1, "Ada", { costcenter: "7", cost_center: "9" })]);
  assert.deepEqual((await planUsers(both.config, "email,cost_center\nada@x.co,8\n")).changes[0].changes.attributes, [{ key: "cost_center", values: ["8"] }]);
  const [reason] = await reasonsOf(both.config, "email,Cost Center\nada@x.co,8\n");
  assert.match(reason, /^1 Cost Center: several attributes of the instance match this header: costcenter, cost_center/);
});

test("headers as spreadsheets leave them are read as blanks, `_` and `-` are", async (t) => {
  const { config } = await company(t);
  for (const header of ["Role\u00a0ID", "\"Role\nID\"", "Role\u2011ID", "role_id", " ROLE-ID ", "\u200bRoleId"]) {
    assert.deepEqual((await planUsers(config, `\ufeff\ufeffE-Mail,${header}\nada@x.co,5\n`)).changes[0].changes, { roleId: 5 }, header);
  }
});

test("parser artefacts are refused if they hold a value", async (t) => {
  const { config } = await company(t);
  for (const key of ["", "__parsed_extra", "__EMPTY", "__EMPTY_1", " "]) {
    const row = (value) => [{ emailAddress: "ada@x.co", title: "Chief", [key]: value }];
    assert.match((await errorOf(config, row("x"))).message, /a cell without a header holds a value/, key);
    assert.match((await errorOf(config, row(["x"]))).message, /a cell without a header holds a value/, key);
    for (const nothing of ["", null, undefined, [""], []]) assert.equal((await planUsers(config, row(nothing))).unchanged, 1, key);
  }
});

test("names of nothing, Excel errors and lost characters are refused", async (t) => {
  const { config } = await company(t);
  for (const [column, cell, words] of [
    ["displayName", "\u200b\u2060", /^2 displayName: the name has no visible characters; got "U\+200BU\+2060"$/],
    ["title", "#N/A", /is the error of a spreadsheet formula/], ["title", "#REF!", /is the error/], ["displayName", "#NV", /is the error/],
    ["title", "J\ufffdrg", /^2 title: "JU\+FFFDrg" contains U\+FFFD/],
    ["employeeNumber", "4.91701E+11", /is a number that a spreadsheet has shortened/],
    ["hireDate", "03/01/2024", /must be a date/], ["hireDate", "1.3.2024", /must be a date/], ["hireDate", "42036", /must be a date/], ["hireDate", "2015-02-30", /must be a date/],
  ]) {
    for (const list of [`email,${column}\nada@x.co,${cell}\n`, utf8(`email,${column}\nada@x.co,${cell}\n`), cut(utf8(`email,${column}\nada@x.co,${cell}\n`), 20), [{ emailAddress: "ada@x.co", [column]: cell }]]) {
      const [reason] = await reasonsOf(config, list);
      assert.match(reason, words, `${column} ${cell}`);
    }
  }
  assert.ok((await errorOf(config, "email,T\ufffdtle\nada@x.co,x\n")).message.includes("U+FFFD"));
});

test("dates and damaged numbers that mean what the instance holds change nothing", async (t) => {
  const { config } = await company(t);
  for (const date of ["2015-02-07", "2015-02-07T00:00:00Z", "2015-02-07 00:00", "1423267200000"]) assert.deepEqual((await planUsers(config, `email,hireDate\nada@x.co,${date}\n`)).changes, [], date);
  const { changes, warnings } = await planUsers(config, "email,employeeNumber\nada@x.co,712\n");
  assert.deepEqual([changes, warnings.length], [[], 1]);
});

test("Domo's own import file: the column `edit` is ignored", async (t) => {
  const { config } = await company(t);
  assert.deepEqual((await planUsers(config, "email,title,edit\nada@x.co,Chief,TRUE\nbob@x.co,Lead,FALSE\n")).changes, []);
});

test("an exported file plans nothing, in UTF-8 and in UTF-16, whatever the users hold", async (t) => {
  const odd = fc.string({ unit: fc.constantFrom("a", "|", ";", ",", "\"", " ", "\n", "#", "'", "=", "\ufffd", "🙂", "1", "-"), minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { minLength: 1, maxLength: 4 }), odd, async (values, title) => {
      const { config } = await company(t, [user(1, "Ada", { teams: values, title, reportsTo: "1" }), user(2, "Bob", { teams: ["a", "b"] })]);
      const csv = await new Response(exportUsersCsv(config, { columns: ["emailAddress", "teams", "title", "reportsTo"] })).text();
      for (const file of [csv, utf16(csv, true), utf16(csv, false)]) assert.deepEqual((await planUsers(config, file)).changes, [], JSON.stringify(csv));
    }),
    { numRuns: 60 },
  );
});
