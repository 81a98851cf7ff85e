// Every example of the README and of the guides runs as a reader would run it: the files are saved, the programs started, the commands typed, one after the other in a
// folder of the guide's own. RECORD=1 writes what the commands print into the guides, to be reviewed; GUIDE=export follows only guides with this in their name.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { commandsOf, elided, matches, shown } from "./blocks.mjs";
import { newReader, root } from "./reader.mjs";
import { shippedGuides } from "./shipped.mjs";

const record = process.env.RECORD === "1";
const guides = shippedGuides(record ? root : undefined);
const MOST_NOT_RUN = 8;
const FEWEST_BLOCKS = 80;

describe("every example of a guide runs, and prints what the guide shows", { concurrency: 2 }, () => {
  for (const guide of guides.filter(({ name }) => name.includes(process.env.GUIDE ?? ""))) test(guide.name, (t) => follow(t, guide));
});

test("few blocks are not run, each with a reason", (t) => {
  const places = guides.flatMap(({ name, blocks }) => blocks.map(({ line, notRun }) => ({ place: `${name}, line ${line}`, notRun })));
  const notRun = places.filter((block) => block.notRun !== undefined);
  for (const { place, notRun: reason } of notRun) t.diagnostic(`not run: ${place}: ${reason}`);
  assert.ok(notRun.length <= MOST_NOT_RUN, `${notRun.length} blocks are not run`);
  assert.ok(places.length - notRun.length > FEWEST_BLOCKS, `only ${places.length - notRun.length} blocks were found`);
});

/** Follows a guide from its beginning to its end. */
async function follow(t, { name, blocks }) {
  const reader = await newReader(t, name);
  const outputs = new Map();
  if (record) t.after(() => writeRecorded(join(root, name), outputs));
  for (const [index, block] of blocks.entries()) {
    const place = `${name}, line ${block.line}`;
    if (block.notRun !== undefined) continue;
    if (block.file !== undefined) save(reader, block, blocks.slice(index + 1), place);
    else if (block.kind === "js") compareOutput(await reader.runProgram(block.code, `example-${index}`), block, place, outputs);
    else if (block.kind === "sh") compareOutput(await reader.runScript(block.code), block, place, outputs);
    else if (block.kind === "console") outputs.set(block, await runConsole(reader, block, place));
    else assert.fail(`${place}: a block of the kind "${block.kind}" is neither a file nor something that runs`);
  }
}

/** Saves a file of a guide. A program must be started or imported later, or nothing would test it. */
function save(reader, { file, code }, later, place) {
  reader.save(file, code);
  if (/^[^/]+\.([mc]?[jt]s|sh)$/.test(file)) assert.ok(later.some((block) => block.code.includes(file)), `${place}: nothing starts or imports ${file}`);
}

function compareOutput({ status, stdout, stderr }, { output }, place, outputs) {
  assert.equal(status, 0, `${place}: exit code ${status}\n${stdout}${stderr}`);
  if (output === undefined || matches(stdout, output.code)) return;
  if (record) outputs.set(output, shown(stdout));
  else assert.fail(`${place}: it printed\n${stdout}\n${stderr}`);
}

/** Types the commands of a block in a terminal. Returns the block as it should stand in the guide. */
async function runConsole(reader, { code }, place) {
  const lines = [];
  for (const { command, expected, answers, code: exitCode } of commandsOf(code)) {
    const { printed, status } = await reader.type(command, answers);
    const output = shown(printed);
    assert.equal(status, exitCode, `${place}: ${command}\n${output}`);
    const isExpected = matches(output, expected.join("\n"));
    if (!record) assert.ok(isExpected, `${place}: $ ${command}\n${output}\n\nThe guide shows:\n${expected.join("\n")}`);
    lines.push(`$ ${command}`, ...(isExpected ? expected : elided(output, expected)).filter((line, _, { length }) => line !== "" || length > 1));
    if (exitCode !== 0) lines.push(`# exit code ${exitCode}`);
  }
  return lines.join("\n");
}

/** Writes the outputs of this run into a guide. */
function writeRecorded(path, outputs) {
  const lines = readFileSync(path, "utf8").split("\n");
  for (const [{ line, end, indent }, text] of [...outputs].sort(([a], [b]) => b.line - a.line)) {
    lines.splice(line, end - line, ...text.split("\n").map((each) => (each === "" ? "" : indent + each)));
  }
  writeFileSync(path, lines.join("\n"));
}
