// What the definitions of several commands need.
import { statSync } from "node:fs";
import { dirname, extname } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { CliError } from "../errors.js";
import { isFileOfRun } from "../run-files.js";

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
  if (csv) withCsvOptions(command.addOption(new Option("--csv", "print CSV").conflicts("json")));
  const forms = csv ? "; .csv and .json at its end decide the form" : "";
  return command.option("-o, --output <file>", `write to a file instead of stdout${forms}`).hook("preAction", () => formFromEnding(command, csv));
}

/** Adds the options for the form of CSV. */
export const withCsvOptions = (command) =>
  command
    .option("--bom", "start CSV with a byte order mark, for Excel")
    .addOption(new Option("--delimiter <character>", "separates the cells of CSV (default: a comma)").choices([",", ";", "|", "tab"]));

const WORKBOOK = /\.(xlsx?|ods)$/i;

/** Refuses a file that cannot be written, before anything is sent. */
export function checkFolder(file) {
  if (file === undefined || file === "-") return;
  const typeOf = (path) => statSync(path, { throwIfNoEntry: false });
  if (typeOf(file)?.isDirectory()) throw new CliError(`The file ${file} cannot be written: it is a folder. Give the name of a file in it.`);
  if (!typeOf(dirname(file))?.isDirectory()) throw new CliError(`The file ${file} cannot be written: its folder does not exist. Make the folder first, or give another file.`);
}

/** Refuses to replace a file of a run by data. */
function refuseFileOfRun(file) {
  if (file !== undefined && isFileOfRun(file)) throw new CliError(`${file} belongs to a plan that was started, and is needed to continue or undo it, so it is not replaced. Give another file.`);
}

/** Refuses a file for data that cannot be written, or that no program could open, such as CSV under the name of a workbook. */
export function checkOutput(file) {
  checkFolder(file);
  refuseFileOfRun(file);
  if (WORKBOOK.test(file)) {
    throw new CliError(`This command cannot write the Excel workbook ${file}. Give a name that ends in .csv: Excel opens it, and with --bom it reads all letters.`);
  }
}

/** Lets the ending of the file say the form, unless an option does. */
function formFromEnding(command, hasCsv) {
  const { output, json, csv, bom, delimiter } = command.opts();
  checkOutput(output);
  const ending = extname(output ?? "").toLowerCase();
  if (ending === ".json" && !csv) command.setOptionValue("json", true);
  if (ending === ".csv" && !hasCsv) throw new CliError(`This command cannot write the CSV file ${output}. Give a name that ends in .json, or in .txt for lines of text.`);
  if (ending === ".csv" && !json) command.setOptionValue("csv", true);
  if ((bom || delimiter) && !command.opts().csv) throw new CliError("--bom and --delimiter are for CSV. Add --csv, or -o with a name that ends in .csv.");
}

/** Marks a reader of an option that may be given several times. */
export const repeatable = (parse) => Object.assign(parse, { isRepeatable: true });

/** Refuses options that are given twice: the last value would be taken, and the others silently lost. */
export function refuseRepeated(command) {
  for (const option of command.options.filter(({ required, parseArg }) => required && !parseArg?.isRepeatable)) {
    const parse = option.parseArg ?? ((value) => value);
    let isGiven = false;
    option.argParser((value, previous) => {
      if (isGiven) throw new InvalidArgumentError("It was given twice.");
      isGiven = true;
      return parse(value, previous);
    });
  }
}

/** Collects the values of an option that may be given several times. */
export const several = repeatable((value, previous = []) => [...previous, value]);

/** Splits a value at commas. */
export function listOf(value) {
  const items = value.split(",").map((item) => item.trim()).filter(Boolean);
  if (items.length === 0) throw new InvalidArgumentError("It is empty.");
  return items;
}

/** Reads `key=value` into an object; may be given several times. */
export const pair = repeatable((value, previous = {}) => {
  const separator = value.indexOf("=");
  const name = value.slice(0, separator).trim();
  if (separator < 1 || name === "") throw new InvalidArgumentError('Write it as "name=value".');
  if (Object.hasOwn(previous, name)) throw new InvalidArgumentError(`${JSON.stringify(name)} was given twice.`);
  return { ...previous, [name]: value.slice(separator + 1).trim() };
});

/** Returns a reader of whole numbers from `least` to `most`. */
export const wholeNumber = (least, most) => (value) => {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
};

/** Returns the help text with examples. */
export const examples = (...lines) => `\nExamples:\n${lines.map((line) => `  $ domo-users ${line}`).join("\n")}\n`;
