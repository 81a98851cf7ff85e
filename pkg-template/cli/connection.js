// The client of a command: from its options, the environment, and the file `.env` of the folder.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { CliError } from "./errors.js";
import { say } from "./terminal.js";

const ADDRESSES = { instance: "DOMO_INSTANCE", baseUrl: "DOMO_BASE_URL" };
const TOKENS = ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN", "DOMO_ACCESS_TOKEN"];
const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/** Returns the variables of `.env` in the current folder. */
function envFile() {
  if (!existsSync(".env")) return {};
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    throw new CliError(`The file .env cannot be read: ${error.message}`);
  }
}

/** Returns `{name, value, source}` of the first of these variables that is set. */
function variable(names, file) {
  for (const [source, variables] of [["the environment", process.env], [".env", file]]) {
    const name = names.find((each) => variables[each]?.trim());
    if (name) return { name, value: variables[name].trim(), source };
  }
  return undefined;
}

/** Returns the first line of stdin. */
async function tokenFromStdin() {
  if (process.stdin.isTTY) say("Paste the developer token and press Enter.");
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    process.stdin.unref?.();
    if (line.trim()) return line.trim();
    break;
  }
  throw new CliError("--token-stdin was given, but the first line of stdin is empty. Pipe the token: domo-users … --token-stdin < token.txt");
}

/** Returns `{field: value, source}` of the instance. */
function addressOf(options, file) {
  if (options.instance && options.baseUrl) throw new CliError("Both --instance and --base-url were given. Give one of them.");
  for (const field of Object.keys(ADDRESSES)) if (options[field]) return { config: { [field]: options[field] }, source: "the command" };
  for (const [source, variables] of [["the environment", process.env], [".env", file]]) {
    const given = Object.entries(ADDRESSES).filter(([, name]) => variables[name]?.trim());
    if (given.length > 1) throw new CliError(`Both DOMO_INSTANCE and DOMO_BASE_URL are set in ${source}. Set one of them, or pass --instance.`);
    for (const [field, name] of given) return { config: { [field]: variables[name].trim() }, source };
  }
  throw new CliError("No instance was given. Pass --instance acme, or set DOMO_INSTANCE in the environment or in a file .env. To try the command without an instance: domo-users mock");
}

/** Returns the configuration that the options, the environment and `.env` describe, and where its parts come from. */
export async function configuration(options) {
  const file = envFile();
  const address = addressOf(options, file);
  let token;
  if (options.tokenStdin) token = { value: await tokenFromStdin(), source: "stdin", name: "--token-stdin" };
  else token = variable(TOKENS, file);
  // A folder from elsewhere could otherwise send the user's own token to an address of its choice.
  if (address.source === ".env" && token?.source === "the environment") {
    throw new CliError(`The instance comes from the file .env, but the token from ${token.name} in the environment. So that no file can send your token elsewhere, they must come from one place: pass --instance, or put the token into .env as well.`);
  }
  if (!token && address.config.instance) {
    throw new CliError("No developer token was given. Set DOMO_DEVELOPER_TOKEN in the environment or in a file .env, or pipe the token with --token-stdin. Tokens are made in Domo under Admin > Authentication > Access tokens.");
  }
  return { config: { ...address.config, ...(token && { developerToken: token.value }) }, addressSource: address.source, tokenSource: token?.source };
}

/** Returns the proxy variable that is set, if any. */
export const proxyVariable = () => PROXIES.find((name) => process.env[name]);

/** Returns a `fetch` that goes through the proxies of the environment; undefined if none is set. */
async function proxyFetch() {
  if (!proxyVariable()) return undefined;
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent();
  return (url, init) => fetch(url, { ...init, dispatcher });
}

/** Prints each request on stderr, for --verbose. */
function logEvent(event) {
  const { type, method, path, attempt } = event;
  if (type === "response") say(`${method} ${path} ${event.status} in ${Math.round(event.durationMs)} ms${attempt > 1 ? `, attempt ${attempt}` : ""}`);
  if (type === "retry") say(`${method} ${path} is sent again in ${Math.round(event.delayMs)} ms: ${event.reason}`);
}

/** Returns `{domo, host, …}`: a client for the options of a command, and the host for messages. */
export async function connectTo(options, overrides = {}) {
  const { config, ...sources } = await configuration(options);
  const { connect } = await import("domo-users");
  const fetch = await proxyFetch();
  const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 };
  const domo = connect({ ...config, ...(fetch && { fetch }), ...timeout, ...(options.verbose && { onEvent: logEvent }), ...overrides });
  return { domo, host: hostOf(config), ...sources };
}

/** Returns the host for messages. `connect` has checked the configuration before. */
function hostOf({ instance, baseUrl }) {
  const given = String(instance ?? baseUrl);
  if (/^https?:/i.test(given)) return new URL(given).host;
  return given.includes(".") ? given : `${given}.domo.com`;
}
