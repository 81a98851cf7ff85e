// The commands and their options. What a command does is loaded when it runs, so that `--help` is fast.
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { defineChanges } from "./definitions/change.js";
import { defineOthers } from "./definitions/other.js";
import { defineReads } from "./definitions/read.js";
import { defineSyncs } from "./definitions/sync.js";
import { hasColors } from "./terminal.js";

/** The version of the package. */
export const version = () => JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;

export function createProgram() {
  const program = new Command("domo-users")
    .description("Manages the users of a Domo instance: read, change, and sync them with a list.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or that of a command")
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .configureOutput({ getOutHasColors: () => hasColors(process.stdout), getErrHasColors: () => hasColors(process.stderr) })
    .showHelpAfterError("Run the command with --help for its options and examples.")
    .exitOverride()
    .addHelpText("after", FOOTER);
  program.optionsGroup("Connection:");
  program
    .option("--instance <name>", "the instance: acme, acme.domo.com, or a URL copied from the browser")
    .option("--base-url <url>", "a proxy or test server instead of an instance")
    .option("--token-stdin", "read the developer token from the first line of stdin")
    .option("--timeout <seconds>", "time limit of one request (default: 60)", secondsOf)
    .option("--verbose", "print each request on stderr");
  program.commandsGroup("Read:");
  defineReads(program);
  program.commandsGroup("Change:");
  defineChanges(program);
  program.commandsGroup("Sync with a list:");
  defineSyncs(program);
  program.commandsGroup("Other:");
  defineOthers(program);
  program.addHelpCommand(new Command("help").argument("[command]").description("Print the help of a command.").helpGroup("Other:"));
  return program;
}

function secondsOf(value) {
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw Object.assign(new Error(`--timeout is a number of seconds; received ${JSON.stringify(value)}.`), { code: "commander.invalidArgument", exitCode: 2 });
}

const FOOTER = `
The instance and the token come from DOMO_INSTANCE (or DOMO_BASE_URL) and DOMO_DEVELOPER_TOKEN (or DOMO_TOKEN, DOMO_ACCESS_TOKEN),
in the environment or in a file .env of the current folder. A token is never an argument.

Exit codes: 0 done; 1 something failed; 2 wrong usage, file or configuration; 3 plan --exit-code found changes; 130 interrupted.

Examples:
  $ domo-users mock                                   an instance to try the commands with
  $ domo-users list --role Admin
  $ domo-users plan people.csv -o plan.json           what would change
  $ domo-users apply plan.json                        change it
  $ domo-users undo plan.json                         change it back
`;
