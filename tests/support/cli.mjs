// Runs the installed command as users do: as a process of its own, with pipes or in a terminal.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder, mockDomo, TOKEN } from "./installed.mjs";

export { mockDomo, TOKEN };
export const COMMAND = join(folder, "node_modules", "domo-users", "cli", "domo-users.mjs");
const TERMINAL = fileURLToPath(new URL("./terminal.py", import.meta.url));

/** A command that hangs is ended, so that its test fails. */
const LIMIT_MS = 120_000;

/** Variables that change what the command does; tests set them on purpose only. By the second half Node decides whether a terminal has colours. */
const SENSITIVE = /^(DOMO_|NODE_|COLUMNS$|(https?|no|all)_proxy$|CI$|TF_BUILD$|AGENT_NAME$|TEAMCITY_VERSION$|TMUX$|TERM$|TERM_PROGRAM|COLORTERM$|FORCE_COLOR$|NO_COLOR$)/i;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SENSITIVE.test(name)));

/** Returns an empty folder, which is removed after the test. */
export function scratch(t) {
  const path = mkdtempSync(join(tmpdir(), "domo-users-cli-"));
  t.after(() => {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 9, retryDelay: 50 });
    } catch {
      // A shell that is ending may still write its history.
    }
  });
  return path;
}

/** Returns a mock, and the variables that connect a command with it. */
export async function served(t, options = {}) {
  const mock = mockDomo({ users: 25, developerToken: TOKEN, ...options });
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  return { mock, baseUrl, env: { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN } };
}

/**
 * Starts the command. Returns `{child, ended}`; `ended` resolves with `{code, stdout, stderr}`.
 * @param terminal the width of a terminal for stdout, or `{columns, both: true}` for stdin, stdout and stderr
 * @param node another program than the Node of the tests
 */
export function start(args, { env = {}, cwd = tmpdir(), input, terminal, node = process.execPath, nodeArgs = [] } = {}) {
  const command = [node, ...nodeArgs, COMMAND, ...args];
  const { columns, both } = typeof terminal === "number" ? { columns: terminal } : (terminal ?? {});
  const [program, ...rest] = columns === undefined ? command : ["python3", TERMINAL, String(columns), both ? "both" : "stdout", ...command];
  const child = spawn(program, rest, { cwd, env: { ...environment, TERM: "xterm-256color", ...env } });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
  child.stdin.on("error", () => {}); // the command may end before it has read everything
  if (input !== undefined || !both) child.stdin.end(input ?? "");
  const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      resolve({ code: code ?? signal, ...output });
    });
  });
  return { child, output, ended };
}

/** Runs the command to its end. */
export const run = (args, options) => start(args, options).ended;

/** Resolves when a condition holds. Gives up after a minute, so that a test that fails ends. */
export async function until(condition) {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 6000) throw new Error(`it never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Characters that could control a terminal, or change the direction of what follows. Line ends and tabs are none. */
export const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** Colours that the command itself writes. */
export const withoutColors = (text) => text.replaceAll(/\x1b\[\d*(;\d+)*m/g, "");
