// What concerns the terminal: colours, characters, interruptions.
import { styleText } from "node:util";

/** Aborted by the first Ctrl-C, or by a request of the system to end. */
const interruption = new AbortController();
export const interrupt = interruption.signal;
/** The exit code of a command that was interrupted. */
export const INTERRUPTED = 130;

/** Ctrl-C, SIGTERM and a terminal that is closed let what is in flight end; a second one ends the process at once. */
export function stopOnInterrupt() {
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(name, () => {
      if (interrupt.aborted) process.exit(INTERRUPTED);
      process.exitCode = INTERRUPTED;
      interruption.abort();
    });
  }
}

/**
 * A reader that has seen enough (`| head`) closes the pipe; that is no error. On Windows its code is EOF. A command that changes something writes to stdout only at its
 * end, when its exit code is set. It writes to stderr during the run, so a closed stderr never ends it.
 */
export function endOnClosedPipe() {
  process.stderr.on("error", () => {}); // nobody can be told
  process.stdout.on("error", (error) => {
    if (error.code === "EPIPE" || error.code === "EOF") process.exit(process.exitCode ?? 0);
    warn(`The output cannot be written: ${error.message}`);
    process.exit(1);
  });
}

/** Whether colours may be written to a stream; `NO_COLOR` and `FORCE_COLOR` are obeyed. */
export const hasColors = (stream) => Boolean(stream.isTTY) && process.env.TERM !== "dumb" && stream.hasColors();

/** Returns a function that gives a string these formats of `util.styleText`, or leaves it as it is. */
export function style(stream, ...formats) {
  return hasColors(stream) ? (text) => styleText(formats, text) : (text) => text;
}

// Control and format characters, among them those that change the direction of text. Joiners after a letter or sign that is not ASCII are part of emoji and of
// many scripts, and change nothing else.
const HIDDEN = /(?!(?<=[^\0-\x7f])[\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** Returns a text in which no character of the data can control a terminal. Line breaks and tabs stay. */
export const printable = (text) => String(text).replace(HIDDEN, (character) => (character === "\n" || character === "\t" ? character : codePoint(character)));

/** Returns a text as one line without tabs: for a cell of a table. */
export const cell = (text) => String(text).replace(/[\t\r\n]+/g, " ").replace(HIDDEN, codePoint);

/** Returns JSON in which characters that could control a terminal are escaped. */
export const printableJson = (json) =>
  json.replace(/[\p{Cf}\u007f-\u009f\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`).join(""),
  );

/** Returns "1 change" or "1,000 changes". */
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Prints a line on stderr. */
export const say = (line = "") => process.stderr.write(`${printable(line)}\n`);

/** Prints a warning on stderr. */
export const warn = (line) => process.stderr.write(`${style(process.stderr, "yellow")("warning:")} ${printable(line)}\n`);
