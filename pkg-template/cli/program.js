// The commands and their options. What a command does is loaded when it runs, so that `--help` is fast.
import { Command, InvalidArgumentError, Option } from "commander";
import { refuseRepeated } from "./definitions/common.js";
import { defineChanges } from "./definitions/change.js";
import { defineOthers } from "./definitions/other.js";
import { defineReads } from "./definitions/read.js";
import { defineSyncs } from "./definitions/sync.js";
import { CliError } from "./errors.js";
import { hasColors, printable } from "./terminal.js";
import { version } from "./version.js";

export function createProgram() {
  const program = new Command("domo-users")
    .description("Manages the users of a Domo instance: read, change, and sync them with a list.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or that of a command")
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .configureOutput({
      getOutHasColors: () => hasColors(process.stdout),
      getErrHasColors: () => hasColors(process.stderr),
      writeErr: (text) => process.stderr.write(printable(text)), // errors quote arguments
    })
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
  for (const name of TOKEN_OPTIONS) program.addOption(new Option(`${name} [token]`).hideHelp().argParser(refuseToken));
  program.commandsGroup("Read:");
  defineReads(program);
  program.commandsGroup("Change:");
  defineChanges(program);
  program.commandsGroup("Sync with a list:");
  defineSyncs(program);
  program.commandsGroup("Other:");
  defineOthers(program);
  for (const command of [program, ...program.commands]) refuseRepeated(command);
  program.addHelpCommand(new Command("help").argument("[command]").description("Print the help of a command.").helpGroup("Other:"));
  return program;
}

function secondsOf(value) {
  const seconds = Number(value);
  if (/^[\d.]+$/.test(value) && seconds > 0 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds.");
}

/** Options that people try. They are known only so that no error quotes the token. */
const TOKEN_OPTIONS = ["--token", "--developer-token", "--access-token"];

function refuseToken() {
  throw new CliError("A token is never an argument, since other users of the computer can see the arguments of a program. Set DOMO_DEVELOPER_TOKEN in the environment or in a file .env, or pipe the token with --token-stdin.");
}

const FOOTER = `
The instance and the token come from DOMO_INSTANCE (or DOMO_BASE_URL) and
DOMO_DEVELOPER_TOKEN (or DOMO_TOKEN, DOMO_ACCESS_TOKEN), in the environment or
in a file .env of the current folder. A token is never an argument.

Exit codes: 0 done; 1 something failed; 2 wrong usage, file or configuration;
3 plan --exit-code found changes; 130 interrupted.

Examples:
  $ domo-users mock                          an instance to try it with
  $ domo-users list --role Admin
  $ domo-users plan people.csv -o plan.json  what would change
  $ domo-users apply plan.json               change it
  $ domo-users undo plan.json                change it back
`;
