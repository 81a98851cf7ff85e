// domo-users doctor: checks the connection and what the token may do. Sends only reads.
import { accessChecks } from "../doctor/access.js";
import { connectionChecks } from "../doctor/connection.js";
import { environmentChecks } from "../doctor/environment.js";
import { EXIT } from "../errors.js";
import { writeObject } from "../output.js";
import { cell, interrupt, style } from "../terminal.js";

/** The mark of each result on a terminal; elsewhere the result itself is printed. "info" is no check. */
const MARKS = { ok: ["✓", "green"], warning: ["!", "yellow"], failed: ["✗", "red"], info: ["·", "dim"] };

export async function run(options) {
  const checks = [];
  for await (const check of allChecks(options)) {
    interrupt.throwIfAborted();
    checks.push(check);
    if (!options.json) print(check);
  }
  const ok = checks.every(({ result }) => result !== "failed");
  if (options.json) await writeObject({ ok, checks }, options);
  process.exitCode = ok ? EXIT.DONE : EXIT.FAILED;
}

async function* allChecks(options) {
  yield* environmentChecks();
  const connection = yield* connectionChecks(options);
  if (connection) yield* accessChecks(connection);
}

function print({ name, result, message, advice }) {
  const lines = process.stdout.isTTY ? onTerminal(name, result, message, advice) : [[result, name, message, advice ?? ""].map(cell).join("\t")];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function onTerminal(name, result, message, advice) {
  const [mark, color] = MARKS[result];
  const line = `${style(process.stdout, color)(mark)} ${cell(name)}: ${cell(message)}`;
  return advice ? [line, `  → ${cell(advice)}`] : [line];
}
