// Lists, workbooks and small instances for tests of the commands that sync.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import writeExcelFile from "write-excel-file/node";
import { scratch, served, start, until, withoutColors } from "./cli.mjs";

/** Returns a user for a mock. */
export const person = (id, displayName, roleId = 4, attributes = {}) => {
  const emailAddress = `${displayName.split(" ")[0].toLowerCase()}@example.com`;
  return { id, displayName, userName: emailAddress, emailAddress, roleId, attributes: Object.entries(attributes).map(([key, value]) => ({ key, values: [value].flat() })) };
};

/** The owner of the token is the first. */
export const PEOPLE = [
  person(1, "Ada Lovelace", 1, { department: "Research", title: "Lead" }),
  person(2, "Grace Hopper", 4, { department: "Navy", title: "Admiral", reportsTo: "1" }),
  person(3, "Katherine Johnson", 4, { department: "Research", reportsTo: "2" }),
  person(4, "Joan Clarke", 4, { department: "Research", reportsTo: "2" }),
];

/** Returns a mock with a folder for files, and the options to run a command in both. */
export async function office(t, options = {}) {
  const { mock, baseUrl, env } = await served(t, options.users ? options : { users: structuredClone(PEOPLE), owner: 1, ...options });
  const cwd = scratch(t);
  const write = (name, content) => writeFileSync(join(cwd, name), content);
  return { mock, baseUrl, env, cwd, write, at: (name) => join(cwd, name), here: { env, cwd } };
}

export const attributeOf = (user, key) => user?.attributes?.find((each) => each.key === key)?.values[0];
export const byEmail = (mock, email) => [...mock.users.values()].find((user) => user.emailAddress === email);
/** The requests that could change something. */
export const writes = (mock) => mock.requests.filter(({ method, path }) => method !== "GET" && !path.includes("/search"));
/** The permissions of a file, as `ls` knows them. */
export const modeOf = (path) => (statSync(path).mode & 0o777).toString(8);

const cellOf = (value) => {
  if (value === null) return null;
  if (value instanceof Date) return { value, type: Date, format: value.getTime() % 86_400_000 === 0 ? "yyyy-mm-dd" : "yyyy-mm-dd hh:mm:ss" };
  return typeof value === "object" ? value : { value, type: value.constructor };
};

/** Writes an Excel workbook; `edit` may change the XML of its first sheet. */
export async function writeWorkbook(path, sheets, edit = (xml) => xml) {
  const pages = Object.entries(sheets).map(([sheet, rows]) => ({ sheet, data: rows.map((row) => row.map(cellOf)) }));
  const files = unzipSync(await writeExcelFile(pages).toBuffer());
  const first = "xl/worksheets/sheet1.xml";
  writeFileSync(path, zipSync({ ...files, [first]: strToU8(edit(strFromU8(files[first]))) }));
}

/** Starts the command in a terminal, from which Ctrl-C and answers come. All that is printed is on stdout, without its colours. */
export function startInTerminal(args, here) {
  const { ended, ...started } = start(args, { ...here, terminal: { columns: 140, both: true } });
  return { ...started, ended: ended.then(({ code, stdout }) => ({ code, stdout: withoutColors(stdout) })) };
}
export const CTRL_C = "\x03";

/** Runs a command in a terminal and answers its question. Returns `{code, shown}`. */
export async function answering(args, { here, question, answer }) {
  const { child, output, ended } = startInTerminal(args, here);
  await until(() => question.test(output.stdout) || child.exitCode !== null);
  child.stdin.write(answer);
  const { code, stdout } = await ended;
  return { code, shown: stdout };
}
