// What ends a command: its exit code, and what is printed.
import { currentProgress } from "./progress.js";
import { interrupt, INTERRUPTED, printable, style } from "./terminal.js";

/** The exit codes, as the help lists them. */
export const EXIT = { DONE: 0, FAILED: 1, USAGE: 2, CHANGES: 3, INTERRUPTED };

/** An error of the command line itself: its message is printed as it is. */
export class CliError extends Error {
  constructor(message, exitCode = EXIT.USAGE) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Codes of errors that are found before anything is changed. */
const INPUT_CODES = ["INVALID_CONFIG", "INVALID_INPUT", "TOO_MANY_DELETES"];

/** What messages of the package say to programs: fields of an error, and options. */
const WORDS = [
  [/ \(see error\.\w+\)/g, ""],
  [/\btimeoutMs\b/g, "--timeout"],
  [/give developerToken, or check what signs the request \(a proxy, the page's session, Code Engine\)/g, "set DOMO_DEVELOPER_TOKEN, pipe the token with --token-stdin, or check the proxy that should add one"],
  [/, or '' for the page's own origin/g, ""],
  [/\bremove `instance` from the plan/g, "delete the line with \"instance\" in the file of the plan"],
  [/\bWait for retryAfterMs, and try again\b/g, "Try again later"],
];

/** Returns a message of the package in the words of the command line. */
export const forPeople = (message) => reworded(message, WORDS);

/** Replaces words of a message: pairs of an expression and what stands in its place. */
export const reworded = (message, words) => words.reduce((text, [expression, other]) => text.replace(expression, other), message);

/** Prints an error on stderr and returns the exit code. */
export function report(error) {
  currentProgress()?.stop();
  if (typeof error?.code === "string" && error.code.startsWith("commander.")) return error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
  // Only the interruption itself is known already. Another error may say what was done.
  if (interrupt.aborted && error?.name === "AbortError") return EXIT.INTERRUPTED;
  const red = style(process.stderr, "red");
  const code = error?.name === "DomoError" ? `${error.code}: ` : "";
  process.stderr.write(`${red("error:")} ${printable(forPeople(`${code}${error?.message ?? error}`))}\n`);
  if (interrupt.aborted) return EXIT.INTERRUPTED;
  if (error instanceof CliError) return error.exitCode;
  return INPUT_CODES.includes(error?.code) ? EXIT.USAGE : EXIT.FAILED;
}
