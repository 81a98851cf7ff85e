// Commands as messages print them, to be copied into a shell.

/** Returns an argument as the shells of this computer take it. */
export const quoted = (argument) => (IS_PLAIN.test(argument) ? argument : inQuotes(argument));
const IS_PLAIN = process.platform === "win32" ? /^[\w%+=:./\\-][\w@%+=:./\\-]*$/ : /^[\w@%+=:,./-]+$/;

/** Returns an argument in quotes. */
export const inQuotes = (argument) => (process.platform === "win32" ? inQuotesOnWindows : inQuotesForSh)(argument);

const inQuotesForSh = (argument) => (/["$`!\\]/.test(argument) ? `'${argument.replaceAll("'", `'\\''`)}'` : `"${argument}"`);

/** cmd.exe and PowerShell both understand double quotes. Only PowerShell gives `$` and the backtick a meaning in them, and it takes single quotes. */
function inQuotesOnWindows(argument) {
  if (/[$`]/.test(argument)) return `'${argument.replaceAll("'", "''")}'`;
  return `"${argument.replace(/(\\*)("|$)/g, (_, slashes, quote) => slashes + slashes + (quote && `\\${quote}`))}"`;
}

/** Returns a path as a command can name it: without `./`, a name such as `-x.csv` would be an option. A lone `-` is stdin or stdout. */
export const argumentOf = (file) => (/^-./.test(file) ? `./${file}` : file);

/** The command as the user calls it. npm sets these variables for `npx`. */
const PROGRAM = process.env.npm_command === "exec" || process.env.npm_lifecycle_event === "npx" ? "npx domo-users" : "domo-users";

let connection = [];
/** Sets the options that say which instance commands are for: those that this command was given. */
export const setConnection = ({ instance, baseUrl }) => (connection = instance ? ["--instance", instance] : baseUrl ? ["--base-url", baseUrl] : []);

/** Returns a command as it is typed, for the instance of this command. */
export const commandLine = (...args) => [PROGRAM, ...[...args, ...connection].map(quoted)].join(" ");
