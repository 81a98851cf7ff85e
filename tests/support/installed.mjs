// The package as users install it: from the tarball, in target/installed (see scripts/install.mjs).
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const folder = fileURLToPath(new URL("../../target/installed/", import.meta.url));
export const require = createRequire(pathToFileURL(`${folder}test.cjs`));
/** Node's ESM entry, as `import "domo-users"` resolves it. */
export const domoUsers = await import(pathToFileURL(`${folder}node_modules/domo-users/node.js`));
export const { mockDomo } = await import(pathToFileURL(`${folder}node_modules/domo-users/mock/index.js`));

export const TOKEN = "canary-token-0123456789";

/** planUsers, without what the plan says for people: `instance`, `names`, and `row` and `who` of the changes. */
export async function planUsers(...args) {
  const { changes, unchanged, warnings } = await domoUsers.planUsers(...args);
  return { changes: changes.map(({ row, who, ...change }) => change), unchanged, warnings };
}

/** Returns a mock and a configuration for it; over HTTP if `http` is true. */
export async function instance(t, { http = false, config = {}, ...options } = {}) {
  const mock = mockDomo({ users: 25, developerToken: TOKEN, ...options });
  if (!http) return { mock, config: { instance: "acme", developerToken: TOKEN, fetch: mock.fetch, ...config } };
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  return { mock, config: { baseUrl, developerToken: TOKEN, ...config } };
}

/** Returns the errors of a list, one line each: `- row 2, emailAddress: …`. A column `email` has the name of its field. */
export const errorLines = ({ rows }) =>
  rows.map(({ row, column, reason }) => `- row ${row}${column === undefined ? "" : `, ${column === "email" ? "emailAddress" : column}`}: ${reason}`);

/** Resolves with the reason with which a promise rejects; fails if it does not reject. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it should have been rejected");
}
