// domo-users mock
import { mockDomo } from "domo-users/mock";
import { CliError, EXIT } from "../errors.js";
import { exampleUsers, OWNER } from "../example.js";
import { interrupt, say } from "../terminal.js";

/** The only token that the mock accepts. */
const TOKEN = "mock-token";
/** Older requests are forgotten, since nobody reads them here. */
const MAX_LOGGED = 1000;

export async function run({ port = 0, users = 100, example }) {
  const mock = mockDomo({ ...(example ? { users: exampleUsers(), owner: OWNER } : { users }), developerToken: TOKEN });
  const count = mock.users.size;
  logRequests(mock.requests);
  const { baseUrl, close } = await listen(mock, port);
  const lines = settings(baseUrl).join("\n");
  if (process.stdout.isTTY) process.stdout.write(`${lines}\n`);
  else {
    process.stdout.write(`${baseUrl}\n`);
    say(lines);
  }
  say(`\nAn instance with ${count} ${count === 1 ? "user" : "users"} in memory. Copy these lines into another terminal. Ctrl-C ends it.`);
  if (!interrupt.aborted) await new Promise((resolve) => interrupt.addEventListener("abort", resolve, { once: true }));
  await close();
  process.exitCode = EXIT.DONE; // Ctrl-C is how it ends
}

async function listen(mock, port) {
  try {
    return await mock.listen(port);
  } catch (error) {
    if (error.code === "EADDRINUSE") throw new CliError(`Port ${port} is in use by another program. Choose another --port, or leave it out for a free one.`, EXIT.FAILED);
    if (error.code === "EACCES") throw new CliError(`Port ${port} may not be used by this user. Choose a --port from 1024.`, EXIT.FAILED);
    throw error;
  }
}

/** Returns the lines that connect another terminal with the mock. */
function settings(baseUrl) {
  const variables = { DOMO_BASE_URL: baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN };
  const line = process.platform === "win32" ? ([name, value]) => `$env:${name} = "${value}"` : ([name, value]) => `export ${name}=${value}`;
  return Object.entries(variables).map(line);
}

/** Prints each request when its response is known: the mock records a request before that, with the status 0. */
function logRequests(requests) {
  const { push } = requests;
  requests.push = (entry) => {
    let { status } = entry;
    Object.defineProperty(entry, "status", {
      enumerable: true,
      get: () => status,
      set: (value) => {
        status = value;
        say(`${entry.method} ${entry.path} ${status}`);
      },
    });
    if (requests.length >= MAX_LOGGED) requests.shift();
    return push.call(requests, entry);
  };
}
