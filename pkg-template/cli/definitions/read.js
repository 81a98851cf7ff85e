// The commands that only read.
import { extname } from "node:path";
import { Option } from "commander";
import { commandLine } from "../command-line.js";
import { CliError } from "../errors.js";
import { checkOutput, examples, listOf, pair, runs, withCsvOptions, withOutput } from "./common.js";

export function defineReads(program) {
  withOutput(program.command("list"), { csv: true })
    .description("List the users, all or those that match.")
    .option("--role <name>", "users with this role, by name or id")
    .option("--department <name>", "users of this department, ignoring case")
    .option("--where <key=value>", "users whose field or attribute has this value, ignoring case; may be repeated", pair)
    .option("--columns <names>", "fields and attribute keys, separated by commas", listOf)
    .addHelpText("after", examples("list --role Admin", "list --department Sales --columns displayName,emailAddress,title", "list --where isActive=false --json", "list --role Admin -o admins.csv --bom"))
    .action(runs(() => import("../commands/list.js")));

  withOutput(program.command("get <user>"))
    .description("Print one user, by id or e-mail address.")
    .addHelpText("after", examples("get 1024", "get ada@example.com --json"))
    .action(runs(() => import("../commands/get.js")));

  withOutput(program.command("search <text>"), { csv: true })
    .description("List the users whose name, address or other text contains this text.")
    .option("--columns <names>", "fields and attribute keys, separated by commas", listOf)
    .addHelpText("after", examples("search lovelace", "search @example.com -o people.csv"))
    .action(runs(() => import("../commands/search.js")));

  withOutput(program.command("roles"))
    .description("List the roles of the instance.")
    .addHelpText("after", examples("roles", "roles --json"))
    .action(runs(() => import("../commands/roles.js")));

  withOutput(program.command("whoami"))
    .description("Print the user to whom the token belongs.")
    .addHelpText("after", examples("whoami"))
    .action(runs(() => import("../commands/whoami.js")));

  withCsvOptions(program.command("export"))
    .description("Write all users as CSV, in a form that `plan` reads.")
    .option("-o, --output <file>", "write to a file instead of stdout")
    .option("--columns <names>", "fields and attribute keys, separated by commas", listOf)
    .addOption(new Option("--all-attributes", "also the attributes that Domo does not define").conflicts("columns"))
    .addOption(new Option("--dates <form>", "how dates are written").choices(["milliseconds", "iso"]).default("milliseconds"))
    .addOption(new Option("--managers <form>", "how managers are written").choices(["id", "emailAddress"]).default("id"))
    .addOption(new Option("--roles <form>", "how roles are written").choices(["id", "name"]).default("id"))
    .addHelpText("after", examples("export -o people.csv --bom", "export --columns displayName,emailAddress,roleId --roles name"))
    .hook("preAction", (_, command) => checkExport(command.opts()))
    .action(runs(() => import("../commands/export.js")));
}

/** The command writes CSV, whatever the file is called. */
function checkExport({ output }) {
  checkOutput(output);
  if (extname(output ?? "").toLowerCase() === ".json") throw new CliError(`The command writes CSV, and the name ${output} is that of a JSON file. Give a name that ends in .csv, or write JSON: ${commandLine("list", "-o", output)}`);
}
