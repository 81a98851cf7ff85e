// What the definitions of several commands need.
import { InvalidArgumentError, Option } from "commander";

/** Returns the action of a command: loads the module when the command runs, and passes the arguments and all options to it. */
export const runs =
  (load) =>
  async (...given) => {
    const command = given.at(-1);
    const { run } = await load();
    await run(...given.slice(0, -2), command.optsWithGlobals());
  };

/** Adds the options that say where data goes and in which form. */
export function withOutput(command, { csv = false } = {}) {
  command.option("--json", "print JSON");
  if (csv) command.addOption(new Option("--csv", "print CSV").conflicts("json"));
  return command.option("-o, --output <file>", "write to a file instead of stdout");
}

/** Collects the values of an option that may be given several times. */
export const several = (value, previous = []) => [...previous, value];

/** Splits a value at commas. */
export function listOf(value) {
  const items = value.split(",").map((item) => item.trim()).filter(Boolean);
  if (items.length === 0) throw new InvalidArgumentError("It is empty.");
  return items;
}

/** Reads `key=value` into an object; may be given several times. */
export function pair(value, previous = {}) {
  const separator = value.indexOf("=");
  const name = value.slice(0, separator).trim();
  if (separator < 1 || name === "") throw new InvalidArgumentError('Write it as "name=value".');
  if (Object.hasOwn(previous, name)) throw new InvalidArgumentError(`${JSON.stringify(name)} was given twice.`);
  return { ...previous, [name]: value.slice(separator + 1).trim() };
}

/** Returns a reader of whole numbers from `least` to `most`. */
export const wholeNumber = (least, most) => (value) => {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
};

/** Returns the help text with examples. */
export const examples = (...lines) => `\nExamples:\n${lines.map((line) => `  $ domo-users ${line}`).join("\n")}\n`;
