// The client of a command: from its options, the environment, and the file `.env` of the folder.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { commandLine, setConnection } from "./command-line.js";
import { CliError, forPeople } from "./errors.js";
import { describe } from "./files.js";
import { environmentFetch } from "./proxy.js";
import { currentProgress, durationOf, showWait } from "./progress.js";
import { interrupt, say } from "./terminal.js";

const ADDRESSES = { instance: "DOMO_INSTANCE", baseUrl: "DOMO_BASE_URL" };
const TOKENS = ["DOMO_DEVELOPER_TOKEN", "DOMO_TOKEN", "DOMO_ACCESS_TOKEN"];
const FILE = "the file .env";
const ENVIRONMENT = "the environment";

/** Returns the variables of `.env` in the current folder. */
function envFile() {
  if (!existsSync(".env")) return {};
  let text;
  try {
    text = readFileSync(".env", "utf8");
  } catch (error) {
    throw new CliError(`The file .env cannot be read: ${describe(error)}`);
  }
  if (text.includes("\0")) throw new CliError("The file .env is not UTF-8, perhaps since PowerShell wrote it. Save it as UTF-8.");
  return parseEnv(text.replace(/^\uFEFF/, ""));
}

/** Editors on Windows add .txt to names, and do not show it. */
const misnamed = () => (!existsSync(".env") && existsSync(".env.txt") ? "\nThis folder has a file .env.txt: rename it to .env, with all endings of names shown. In Notepad, save it as the type All Files." : "");

/** Returns the first line of stdin. A terminal does not show what is typed. */
async function tokenFromStdin() {
  const [{ createInterface }, { Writable }] = await Promise.all([import("node:readline"), import("node:stream")]);
  const isTyped = Boolean(process.stdin.isTTY);
  const nowhere = new Writable({ write: (chunk, encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, signal: interrupt, ...(isTyped && { output: nowhere, terminal: true }) });
  lines.on("SIGINT", () => process.emit("SIGINT"));
  if (isTyped) say("Paste the developer token and press Enter. It is not shown.");
  for await (const line of lines) {
    lines.close();
    process.stdin.unref?.();
    if (line.trim()) return line.trim();
    break;
  }
  interrupt.throwIfAborted();
  throw new CliError("--token-stdin was given, but the first line of stdin is empty. Pipe the token: domo-users … --token-stdin < token.txt");
}

/** Returns the address of the instance, as a field of the configuration, and where it comes from. */
function addressOf(options, file) {
  if (options.instance !== undefined && options.baseUrl !== undefined) throw new CliError("Both --instance and --base-url were given. Give one of them.");
  for (const [field, option] of [["instance", "--instance"], ["baseUrl", "--base-url"]]) {
    if (options[field] === undefined) continue;
    // An empty shell variable must not lead to the instance of the environment.
    if (!options[field].trim()) throw new CliError(`${option} is empty. Give the name of the instance, or leave ${option} out to use DOMO_INSTANCE.`);
    return { config: { [field]: options[field].trim() }, source: option };
  }
  for (const [source, variables] of [[ENVIRONMENT, process.env], [FILE, file]]) {
    const given = Object.entries(ADDRESSES).filter(([, name]) => variables[name]?.trim());
    if (given.length > 1) throw new CliError(`Both DOMO_INSTANCE and DOMO_BASE_URL are set in ${source}. Set one of them, or pass --instance.`);
    for (const [field, name] of given) return { config: { [field]: variables[name].trim() }, source, name };
  }
  throw new CliError(`No instance was given. Pass --instance acme, or set DOMO_INSTANCE in the environment or in a file .env. To try the command without an instance: ${commandLine("mock")}${misnamed()}`);
}

/** Returns `{value, name}` of the token in variables; undefined if there is none. Like the package, it does not guess which of two tokens is meant. */
function tokenIn(variables, source) {
  const names = TOKENS.filter((name) => variables[name]?.trim());
  if (names.length === 0) return undefined;
  const values = new Set(names.map((name) => variables[name].trim()));
  if (values.size > 1) throw new CliError(`${names.join(" and ")} are set to different values in ${source}. Keep the token of this instance, and unset the other${names.length > 2 ? "s" : ""}.`);
  return { value: [...values][0], name: names[0] };
}

/** Returns the token and where it comes from; undefined if there is none. */
async function tokenOf(options, file) {
  if (options.tokenStdin) return { value: await tokenFromStdin(), source: "--token-stdin" };
  for (const [source, variables] of [[ENVIRONMENT, process.env], [FILE, file]]) {
    const found = tokenIn(variables, source);
    if (found) return { source, ...found };
  }
  return undefined;
}

/** Returns the configuration that the options, the environment and `.env` describe, and where its parts come from. */
export async function configuration(options) {
  const file = envFile();
  const address = addressOf(options, file);
  const token = await tokenOf(options, file);
  // A folder from elsewhere could otherwise send the user's own token to an address of its choice.
  if (address.source === FILE && token && token.source !== FILE) {
    const origin = token.name ? `${token.name} in ${token.source}` : token.source;
    throw new CliError(`The instance comes from ${FILE}, but the token from ${origin}. So that no file can send your token elsewhere, they must come from one place: pass --instance, or put the token into .env alone.`);
  }
  if (address.source !== FILE && token?.source === FILE) refuseTokenOfOtherInstance(file, address);
  if (!token && address.config.instance) {
    throw new CliError("No developer token was given. Set DOMO_DEVELOPER_TOKEN in the environment or in a file .env, or pipe the token with --token-stdin. Tokens are made in Domo under Admin > Authentication > Access tokens.");
  }
  return { config: { ...address.config, ...(token && { developerToken: token.value }) }, address: placeOf(address), token: token && placeOf(token) };
}

/** Refuses the token of `.env` for an instance that `.env` does not name: the token of one instance would be sent to another. */
function refuseTokenOfOtherInstance(file, address) {
  const named = Object.entries(ADDRESSES).filter(([, name]) => file[name]?.trim()).map(([field, name]) => originOf({ [field]: file[name].trim() }));
  const wanted = originOf(address.config);
  if (wanted !== undefined && named.includes(wanted)) return;
  const variable = ADDRESSES[Object.keys(address.config)[0]];
  const [value] = Object.values(address.config);
  throw new CliError(`The token comes from ${FILE}, but the instance from ${placeOf(address)}, and .env does not name this instance. So that no token is sent to another instance than its own: if the token is of this instance, write ${variable}=${value} into .env; otherwise pipe its token with --token-stdin, or set DOMO_DEVELOPER_TOKEN in the environment.`);
}

/** Returns where a value comes from, in words. */
const placeOf = ({ source, name }) => (name ? `${name} in ${source}` : source);

/** Prints each request on stderr, for --verbose. */
function logEvent(event) {
  const { type, method, path, attempt } = event;
  if (type === "response") say(`${method} ${path} ${event.status} in ${Math.round(event.durationMs)} ms${attempt > 1 ? `, attempt ${attempt}` : ""}`);
  if (type === "retry") say(`${method} ${path} is sent again in ${Math.round(event.delayMs)} ms: ${event.reason}`);
}

/** Waits of this length and more are announced. */
const LONG_WAIT_MS = 1000;

/** Says on a terminal why nothing happens for a while, and tells the progress that a change is sent. */
function followRequest({ type, method, path, delayMs, reason }) {
  const progress = currentProgress();
  if (type === "request" && method !== "GET" && !path.includes("/search")) progress?.onWrite?.();
  if (type !== "retry" || delayMs < LONG_WAIT_MS) return;
  if (progress) progress.wait(delayMs, forPeople(reason));
  else if (process.stderr.isTTY) say(`${forPeople(reason)}. Trying again in ${durationOf(delayMs)}.`);
}

/** Returns a `fetch` that shows how long a response is awaited. */
function showingWaits(send) {
  return async (url, init) => {
    const end = showWait();
    try {
      return await send(url, init);
    } finally {
      end();
    }
  };
}

/** How long a request may take that only the progress needs. */
const PROGRESS_TIMEOUT_MS = 10_000;
const forProgress = new WeakMap();
/** Returns a client for requests that only the progress needs: no other request waits for them, since clients share no rate limit. */
export const clientForProgress = (domo) => forProgress.get(domo)();

/**
 * Returns a client for the options of a command, the host of the instance for messages, the protocol (`https:`), and `settings`, the configuration of the client.
 * @param overrides returns fields of the configuration that the command itself sets, from the others
 */
export async function connectTo(options, overrides = () => ({})) {
  setConnection(options);
  const { config, ...places } = await configuration(options);
  const { connect } = await import("domo-users");
  const settings = { ...config, onEvent: options.verbose ? logEvent : followRequest };
  if (options.timeout !== undefined) settings.timeoutMs = options.timeout * 1000;
  const fetch = await environmentFetch();
  if (fetch) settings.fetch = fetch;
  if (process.stderr.isTTY && !options.verbose) settings.fetch = showingWaits(fetch ?? globalThis.fetch);
  Object.assign(settings, overrides(settings));
  const domo = connect(settings); // checks the configuration
  const { onEvent, ...others } = settings;
  forProgress.set(domo, () => connect({ ...others, maxRetries: 0, timeoutMs: PROGRESS_TIMEOUT_MS }));
  const { host, protocol } = urlOf(config);
  return { domo, host, protocol, settings, ...places };
}

/** Returns the URL of an instance. `connect` checks the configuration; this throws only for what is no URL. */
function urlOf({ instance, baseUrl }) {
  const given = instance ?? baseUrl;
  const url = new URL(/^https?:\/\//i.test(given) ? given : `https://${given}`);
  if (instance === undefined) return url;
  return new URL(`https://${url.host.includes(".") ? url.host : `${url.host}.domo.com`}`);
}

/** Returns the origin of an instance, to compare two; undefined for what is no URL. */
function originOf(config) {
  try {
    return urlOf(config).origin;
  } catch {
    return undefined;
  }
}
