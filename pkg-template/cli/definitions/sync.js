// The commands for whole lists.
import { Option } from "commander";
import { checkFolder, examples, listOf, pair, repeatable, runs, several, wholeNumber } from "./common.js";

/** Adds the options that say how a list is read and what may follow from it. */
const withPlanOptions = (command) =>
  command
    .option("--map <header=field>", 'a header that is not Domo\'s: "Mail=emailAddress"; may be repeated', pair)
    .option("--ignore <header>", "a column to ignore; may be repeated", several)
    .option("--ignore-unknown", "ignore columns that the instance does not know, with a warning")
    .option("--new-attribute <key>", "an attribute key that no user has yet; may be repeated", several)
    .option("--default <field=value>", "a value for new users whose cell is empty: role=Participant; may be repeated", pair)
    .addOption(new Option("--match-by <field>", "the field that matches rows to users").choices(["emailAddress", "id", "userName"]).default("emailAddress"))
    .option("--delete-missing", "delete users who are not in the list")
    .option("--max-deletes <number>", "refuse a plan with more deletes: 20, or 5% of the users (default: 10)")
    .option("--protect <users>", "users who are never changed, by id or e-mail address, separated by commas; may be repeated", repeatable((value, previous = []) => [...previous, ...listOf(value)]))
    .option("--clear-empty", "an empty cell clears the attribute (default: it leaves the value unchanged)")
    .option("--encoding <name>", "encoding of the file, such as windows-1252 (default: UTF-8 or UTF-16)")
    .addOption(new Option("--delimiter <character>", "separates the cells (default: found in the file)").choices([",", ";", "|", "tab"]))
    .option("--sheet <name>", "sheet of an Excel workbook, by name or number (default: the first)")
    .option("--header-row <number>", "row of an Excel workbook with the headers (default: the first that is not empty)", wholeNumber(1, 1_048_576));

/** Adds the options of commands that send changes. */
const withRunOptions = (command) =>
  command
    .option("--yes", "do not ask")
    .option("--all", "print all changes and errors of the list (default: the first 100 changes, and each reason once)")
    .option("--concurrency <number>", "changes in progress at once (default: 4)", wholeNumber(1, 100))
    .option("--stop-after <number>", "stop after this many failures", wholeNumber(1, 1_000_000))
    .option("--json", "print the result as JSON");

export function defineSyncs(program) {
  withPlanOptions(program.command("plan <file>"))
    .description("Compare a CSV file or Excel workbook with the instance and print what would change. Changes nothing.")
    .option("-o, --output <file>", "save the plan, for apply")
    .hook("preAction", (_, command) => checkFolder(command.opts().output))
    .option("--json", "print the plan as JSON")
    .option("--all", "print all changes and errors of the list (default: the first 100 changes, and each reason once)")
    .option("--exit-code", "exit with 3 if there are changes")
    .addHelpText("after", examples("plan people.csv", 'plan hr.xlsx --map "Mail=emailAddress" --ignore Notes -o plan.json', "plan people.csv --default role=Participant --delete-missing --max-deletes 5%"))
    .action(runs(() => import("../commands/plan.js")));

  withRunOptions(withPlanOptions(program.command("apply <file>")))
    .description("Apply a saved plan, or plan a CSV file or Excel workbook and apply that. Run it again to go on after an interruption.")
    .option("--force", "also send changes to users who have changed since the plan was made")
    .addHelpText("after", examples("apply plan.json", "apply people.csv --default role=Participant", "apply plan.json --yes --concurrency 8"))
    .action(runs(() => import("../commands/apply.js")));

  withRunOptions(program.command("undo <plan>"))
    .description("Undo what `apply`, `delete` or `offboard` did with a saved plan.")
    .option("--force", "undo what is known to be done, although other changes may have taken effect too")
    .addHelpText("after", examples("undo plan.json"))
    .action(runs(() => import("../commands/undo.js")));

  withRunOptions(program.command("offboard <users...>"))
    .description("Delete users, after whoever reports to them reports to somebody else. Content that they own is not moved.")
    .requiredOption("--to <user>", "the new manager of their reports, by id or e-mail address")
    .addHelpText("after", examples("offboard ada@example.com --to grace@example.com"))
    .action(runs(() => import("../commands/offboard.js")));
}
