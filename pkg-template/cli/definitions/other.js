// The commands that do not concern users.
import { Argument, Option } from "commander";
import { examples, runs, wholeNumber } from "./common.js";

export function defineOthers(program) {
  program
    .command("doctor")
    .description("Check the connection and what the token may do. Changes nothing.")
    .option("--json", "print JSON")
    .addHelpText("after", examples("doctor", "doctor --instance acme --token-stdin < token.txt"))
    .action(runs(() => import("../commands/doctor.js")));

  program
    .command("mock")
    .description("Start an instance in memory, to try the commands and to test programs with.")
    .option("--port <number>", "port on this computer (default: a free one)", wholeNumber(0, 65_535))
    .option("--users <number>", "number of users (default: 100)", wholeNumber(1, 1_000_000))
    .addOption(new Option("--example", "the nine people of the guides").conflicts("users"))
    .addHelpText("after", examples("mock --port 8080 --users 1000", "mock --example"))
    .action(runs(() => import("../commands/mock.js")));

  program
    .command("completion")
    .description("Print a script that completes commands and options in a shell.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish", "pwsh"]))
    .addHelpText("after", COMPLETION)
    .action(runs(() => import("../commands/completion.js")));
}

const COMPLETION = `
Examples:
  bash   $ domo-users completion bash > ~/.local/share/bash-completion/completions/domo-users
  zsh    $ domo-users completion zsh > "\${fpath[1]}/_domo-users"
  fish   $ domo-users completion fish > ~/.config/fish/completions/domo-users.fish
  pwsh   > domo-users completion pwsh | Out-String | Invoke-Expression
`;
