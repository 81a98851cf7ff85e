// The example js-examples/browser, installed as its users install it, with an instance of the mock behind it.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/tools.mjs";
import { TOKEN, domoUsers, folder as installed, mockDomo } from "../support/installed.mjs";

export { TOKEN };
export const example = join(root, "js-examples", "browser");
export const demoFile = (name) => readFileSync(join(example, "demo", name), "utf8");
export const INSTANCE = "acme.domo.com";

const ROLES = [["Admin", 1], ["Privileged", 2], ["Editor", 3], ["Participant", 4], ["Social", 5], ["Data Steward", 810_223]].map(([name, id]) => ({ id, name }));

/** Copies the example to target/page/<name>, with the installed package, and returns its startServer. */
export async function installExample(name) {
  const folder = join(root, "target", "page", name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(example, folder, { recursive: true, filter: (path) => !path.endsWith("node_modules") });
  cpSync(join(installed, "node_modules"), join(folder, "node_modules"), { recursive: true });
  return (await import(pathToFileURL(join(folder, "server.mjs")))).startServer;
}

/** Starts the page for the people of the demo, or for the users of `options`. */
export async function openSite(t, startServer, options) {
  const mock = mockDomo({ users: 0, developerToken: TOKEN, roles: ROLES, ...options });
  if (!options?.users) {
    const config = { instance: "acme", developerToken: TOKEN, fetch: mock.fetch };
    await domoUsers.applyChanges(config, await domoUsers.planUsers(config, demoFile("people.csv")));
    mock.requests.length = 0;
  }
  const instance = await mock.listen();
  t.after(instance.close);
  const server = await startServer({ instance: instance.baseUrl, token: TOKEN, name: INSTANCE });
  t.after(server.close);
  return { mock, url: server.url };
}

export const writesOf = ({ requests }) => requests.filter(({ method, path }) => method !== "GET" && !path.includes("/search"));
