// The code blocks of a guide, and what the tests do with each.
//
//   js       runs as pasted; if the paragraph before says "save … as `name.mjs`", it becomes that file instead, and a later command starts it
//   text     directly after a js or sh block: what that block prints
//   sh       runs; every command must succeed
//   console  lines that begin with "$ " run in a terminal; the other lines are what the terminal shows. Answers stand after their question. "# exit code 1" is a
//            comment in the guide that the test checks
//   others   become a file if the paragraph before says "save … as `name`"
//
// `<!-- not run: reason -->` before a block: only its syntax is checked. In a text, "…" stands for any characters, and alone on a line for any lines.

const FENCE = /^( *)```(\S*)\s*$/;
const NOT_RUN = /^ *<!-- not run: (.+) -->$/;
const FILE = /\bsave\b[^`]* as `([^`]+\.\w+|\.env)`.*:$/i;

/** Returns the blocks of a guide: `{kind, code, line, file, notRun, output}`. */
export function blocksOf(markdown) {
  const lines = markdown.split("\n");
  const blocks = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent, kind] = lines[at].match(FENCE) ?? [];
    if (indent === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === "```");
    if (end < 0) throw new Error(`line ${at + 1}: the block has no end`);
    const code = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n");
    const before = paragraphBefore(lines, at);
    const notRun = before.at(-1)?.match(NOT_RUN)?.[1];
    const sentence = before.filter((line) => !NOT_RUN.test(line)).join(" ").trim();
    const block = { kind, code: `${code}\n`, line: at + 1, end, indent, file: sentence.match(FILE)?.[1], notRun };
    const previous = blocks.at(-1);
    const follows = previous !== undefined && lines.slice(previous.end + 1, at).every((line) => line.trim() === "" || /:$/.test(line.trim()));
    if (kind === "text" && follows && ["js", "sh"].includes(previous.kind) && !previous.file && !block.file && !block.notRun) previous.output = block;
    else blocks.push(block);
    at = end;
  }
  return blocks;
}

/** Returns the lines of the paragraph before a line. */
function paragraphBefore(lines, at) {
  let end = at;
  while (end > 0 && lines[end - 1].trim() === "") end--;
  let start = end;
  while (start > 0 && lines[start - 1].trim() !== "") start--;
  return lines.slice(start, end);
}

/** The end of a question that a command asks in the terminal, and the answer. */
const ANSWER = /(\[y\/N\]|to (?:go on|continue):) (\S+)$/;

/** Returns the commands of a console block: `{command, expected, answers: [[question, answer]], code}`. */
export function commandsOf(code) {
  const commands = [];
  for (const line of code.trimEnd().split("\n")) {
    const current = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), expected: [], answers: [], code: 0 });
    else if (current === undefined) throw new Error(`a console block begins with a command; received ${JSON.stringify(line)}`);
    else if (current.expected.length === 0 && /\\$/.test(current.command)) current.command += `\n${line}`;
    else if (/^# exit code \d+$/.test(line)) current.code = Number(line.slice(12));
    else {
      current.expected.push(line);
      const [, question, answer] = line.match(ANSWER) ?? [];
      if (question !== undefined) current.answers.push([question, answer]);
    }
  }
  return commands;
}

/** Whether a program is a CommonJS module. */
export const isCommonJs = (code) => /\brequire\(/.test(code);

/** Returns what a terminal shows: without colours, and only the last of the lines that overwrite each other. */
export function shown(text) {
  return text
    .replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, "")
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd())
    .join("\n")
    .trim();
}

/** Returns a text without what differs from run to run: durations, times, and the times in names of files. */
const comparable = (text) => shown(text).replaceAll(/\b\d+(\.\d+)? (ms|s|seconds?)\b/g, "… $2").replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+Z|\b20\d{6}-\d{6}\b/g, "…");

/** Returns whether a text is the expected one, in which "…" stands for any characters, and alone on a line for any lines. */
export function matches(actual, expected) {
  const escaped = (part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = comparable(expected).split("\n").map((line) => (line.trim() === "…" ? "[^]*?" : line.split("…").map(escaped).join("[^\\n]*?")));
  return new RegExp(`^${lines.join("\\n")}$`).test(comparable(actual));
}

/** Returns the lines of an output, with "…" in place of the lines that the expected lines leave out in the same way. */
export function elided(output, expected) {
  const lines = output.split("\n");
  const result = [];
  let at = 0;
  const find = (wanted, from) => lines.findIndex((line, index) => index >= from && matches(line, wanted));
  for (const [index, line] of expected.entries()) {
    if (line.trim() !== "…") continue;
    const [before, after] = [expected[index - 1], expected[index + 1]];
    const start = before === undefined ? at : find(before, at) + 1;
    const end = after === undefined ? lines.length : find(after, start);
    if ((before !== undefined && start === 0) || end < 0) continue;
    result.push(...lines.slice(at, start), "…");
    at = end;
  }
  return [...result, ...lines.slice(at)];
}
