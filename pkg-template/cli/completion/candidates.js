// What can stand at the cursor of a command line. A shell's script starts `domo-users complete =WORD EARLIER-WORDS…` at each press of the tab key. The sign before
// the word keeps an empty word, which PowerShell drops, and no `--` is needed, which PowerShell takes for itself.

/** The line that stands for the names of files, which the shell completes by itself. */
const FILES = ":files";

/** Whether a shell's script has started the program. */
export const isRequest = ([command, word]) => command === "complete" && word?.startsWith("=") === true;

/** Prints a line for each candidate: the word, a tab, and what it means. */
export function complete(program, [, word, ...earlier]) {
  const lines = candidates(program, word.slice(1), earlier).map(({ value, description = "" }) => `${value}\t${description}`.trimEnd());
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function candidates(program, current, earlier) {
  const { command, given, pending, onlyArguments } = parse(program, earlier);
  return possible().filter(({ value }) => value === FILES || value.startsWith(current));

  function possible() {
    if (pending) return valuesOf(pending.flags, pending.argChoices);
    if (current.startsWith("-") && !onlyArguments) return current.includes("=") ? assigned(command, current) : optionsOf(command).map(({ long, description }) => ({ value: long, description }));
    if (command === program) return program.commands.map((each) => ({ value: each.name(), description: each.description() }));
    const last = command.registeredArguments.at(-1);
    const argument = command.registeredArguments[given.length] ?? (last?.variadic ? last : undefined);
    return argument ? valuesOf(`<${argument.name()}>`, argument.argChoices) : [];
  }
}

/** Returns the command of a line, its arguments, and the option that the next word belongs to. */
function parse(program, words) {
  let [command, pending, onlyArguments] = [program, undefined, false];
  const given = [];
  for (const word of words) {
    if (pending) pending = undefined;
    else if (word === "--") onlyArguments = true;
    else if (word.startsWith("-") && !onlyArguments) {
      const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
      pending = option?.required ? option : undefined;
    } else {
      const found = command === program ? program.commands.find((each) => each.name() === word) : undefined;
      if (found) command = found;
      else given.push(word);
    }
  }
  return { command, given, pending, onlyArguments };
}

const HELP = { long: "--help", short: "-h", description: "print help" };

/** The options of a command, and those that all commands have. */
const optionsOf = (command) => [...command.options, ...(command.parent?.options.filter(({ long }) => long !== "--version") ?? []), HELP].filter(({ hidden }) => !hidden);

const valuesOf = (flags, choices = []) => (/<(file|plan)>/.test(flags) ? [{ value: FILES }] : choices.map((value) => ({ value })));

/** The values of an option that is written as `--option=value`. */
function assigned(command, word) {
  const [flag] = word.split("=");
  const option = optionsOf(command).find(({ long }) => long === flag);
  return (option?.argChoices ?? []).map((value) => ({ value: `${flag}=${value}` }));
}
