// The commands that change single users.
import { examples, pair, runs, several, withOutput } from "./common.js";

export function defineChanges(program) {
  withOutput(program.command("create"))
    .description("Create a user.")
    .option("--name <name>", "display name")
    .option("--email <address>", "e-mail address")
    .option("--role <name>", "role, by name or id")
    .option("--set <key=value>", "an attribute, such as department=Sales; may be repeated", pair)
    .option("--new-attribute <key>", "an attribute key that no user has yet; may be repeated", several)
    .option("--data <file>", "a file with the user as JSON, or - for stdin")
    .addHelpText("after", examples('create --name "Ada Lovelace" --email ada@example.com --role Participant', "create --name Ada --email ada@example.com --role Editor --set department=Sales --set reportsTo=grace@example.com", "create --data user.json"))
    .action(runs(() => import("../commands/create.js")));

  withOutput(program.command("update <user> [changes...]"))
    .description("Change fields of a user, by id or e-mail address: key=value, or key= to clear an attribute.")
    .option("--data <file>", "a file with the changes as JSON, or - for stdin")
    .option("--new-attribute <key>", "an attribute key that no user has yet; may be repeated", several)
    .option("--yes", "do not ask")
    .addHelpText("after", examples("update ada@example.com role=Admin title=Analyst", "update 1024 department= --yes", "update 1024 --data changes.json"))
    .action(runs(() => import("../commands/update.js")));

  withOutput(program.command("delete <users...>"))
    .description("Delete users, by id or e-mail address. Content that they own is not moved.")
    .option("--yes", "do not ask")
    .addHelpText("after", examples("delete ada@example.com", "delete 1024 1025 --yes"))
    .action(runs(() => import("../commands/delete.js")));
}
