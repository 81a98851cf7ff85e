// The package as a user has it: from the tarball, installed by scripts/install.mjs into target/installed.
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export const folder = fileURLToPath(new URL("../../target/installed/", import.meta.url));
export const require = createRequire(pathToFileURL(`${folder}test.cjs`));
/** Node's ESM entry, as `import "domo-users"` finds it. */
export const domoUsers = await import(pathToFileURL(`${folder}node_modules/domo-users/node.js`));
export const { mockDomo } = await import(pathToFileURL(`${folder}node_modules/domo-users/mock/index.js`));

export const TOKEN = "canary-token-0123456789";

/** A mock and a configuration for it; over HTTP where `http` is set. */
export async function instance(t, { http = false, config = {}, ...options } = {}) {
  const mock = mockDomo({ users: 25, developerToken: TOKEN, ...options });
  if (!http) return { mock, config: { instance: "acme", developerToken: TOKEN, fetch: mock.fetch, ...config } };
  const { baseUrl, close } = await mock.listen();
  t.after(close);
  return { mock, config: { baseUrl, developerToken: TOKEN, ...config } };
}

/** What a promise rejects with; fails where it does not. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it should have been rejected");
}
