// npm run demo: starts the page for an instance in memory, with the people of demo/people.csv. Nothing leaves this machine.
import { readFile } from "node:fs/promises";
import { applyChanges, planUsers } from "domo-users";
import { mockDomo } from "domo-users/mock";
import { startServer } from "./server.mjs";

const TOKEN = "token-of-the-demo";
const ROLES = ["Admin", "Privileged", "Editor", "Participant", "Social"].map((name, i) => ({ id: i + 1, name }));
const WRITE_MS = 60;

const mock = mockDomo({ users: 0, developerToken: TOKEN, roles: [...ROLES, { id: 810_223, name: "Data Steward" }] });
const config = { instance: "demo", developerToken: TOKEN, fetch: mock.fetch };
const plan = await planUsers(config, await readFile(new URL("demo/people.csv", import.meta.url)));
await applyChanges(config, plan);
// A real instance takes its time for each change, so that the progress can be seen.
for (const method of ["POST", "PATCH", "DELETE"]) mock.addFault({ method, path: /\/users(\/\d+)?$/, times: Infinity, delayMs: WRITE_MS });

const { baseUrl } = await mock.listen();
const { url } = await startServer({ instance: baseUrl, token: TOKEN, port: Number(process.env.PORT ?? 8017), name: "demo.domo.com (in memory)" });
console.log(`${mock.users.size} people of the demo: open ${url}
Then drop demo/hr-june-with-errors.csv on the page, and demo/hr-june.csv after it. Press Ctrl-C to end.`);
