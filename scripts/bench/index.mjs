// npm run bench: compares the package with others from npm, in alternating rounds, by medians and ratios. Absolute times depend on the machine, ratios less.
//   npm run bench -- --quick       fewer rounds
//   npm run bench -- --directory   whole instances only
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setup } from "../setup.mjs";
import { root, run } from "../tools.mjs";
import { apply } from "./apply.mjs";
import { directory } from "./directory.mjs";
import { sideBySide, table } from "./measure.mjs";

setup();
if (!existsSync(join(root, "pkg", "node.js")) && !run(process.execPath, ["scripts/build.mjs"])) process.exit(1);
const quick = process.argv.includes("--quick");
const rounds = (n) => (quick ? Math.max(3, n >> 2) : n);
const entry = pathToFileURL(join(root, "pkg", "node.js")).href;
if (process.argv.includes("--directory")) {
  await directory(entry, rounds);
  process.exit(0);
}
const { connect } = await import(entry);
const { default: axios } = await import("axios");
const { default: ky } = await import("ky");

const child = spawn(process.execPath, [join(root, "scripts", "bench", "server.mjs"), "100000"], { stdio: ["ignore", "pipe", "inherit"] });
const [line] = await once(child.stdout, "data");
const baseUrl = String(line).trim();
const users = `${baseUrl}/api/identity/v1/users`;
const headers = { "X-DOMO-Developer-Token": "token" };
const domo = connect({ baseUrl, developerToken: "token" });

const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

// ---- import and first call, each in a new process, so that work that an import defers to the first call is measured too

const USER = JSON.stringify({ users: [{ id: 7, displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 }] });
/** A stub instead of the network: a fetch, or an adapter of axios. */
const STUB = `const stub = async () => new Response(${JSON.stringify(USER)}, { headers: { "content-type": "application/json" } });
  await (await stub()).text();`; // so that the first use of the host's Response is not measured
const firstUses = {
  axios: `const { default: axios } = await import("axios");
    const adapter = async (config) => ({ data: ${JSON.stringify(USER)}, status: 200, statusText: "OK", headers: {}, config });
    const { data } = await axios.create({ baseURL: "https://acme.domo.com", adapter }).get("/api/identity/v1/users/7");
    return data.users[0];`,
  ky: `const { default: ky } = await import("ky");
    return (await ky.create({ prefixUrl: "https://acme.domo.com", fetch: stub }).get("api/identity/v1/users/7").json()).users[0];`,
  // It accepts no stub, so its first call is not measured.
  "domo-sdk, no call": `const { DomoClient } = await import("domo-sdk");
    new DomoClient("client", "secret", ["user"]);
    return { displayName: "Jane" };`,
  "domo-users": `const { connect } = await import(${JSON.stringify(entry)});
    return connect({ instance: "acme", developerToken: "token", fetch: stub }).getUserById(7);`,
};
const firstUse = (name) => () => {
  const script = `${STUB}
    const begin = performance.now();
    const user = await (async () => { ${firstUses[name]} })();
    const ms = performance.now() - begin;
    if (user.displayName !== "Jane") throw new Error("wrong user");
    console.log(ms);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
};
const IMPORT_LIMIT = 0.3;
table(
  `Import and first call (each in a new process; the limit of domo-users is ×${IMPORT_LIMIT})`,
  await sideBySide(Object.fromEntries(Object.keys(firstUses).map((name) => [name, firstUse(name)])), rounds(31)),
  "axios",
);

// ---- calls one after the other, and 16 in flight

const one = {
  "fetch + json()": async () => (await (await fetch(`${users}/7`, { headers })).json()).users[0],
  "with a time limit": async () => {
    // The time limit of fetch itself: the lower bound for any client with a time limit.
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 60_000);
    try {
      return (await (await fetch(`${users}/7`, { headers, signal: controller.signal })).json()).users[0];
    } finally {
      clearTimeout(timer);
    }
  },
  "domo-users": () => domo.getUserById(7),
  ky: async () => (await ky.get(`${users}/7`, { headers }).json()).users[0],
  axios: async () => (await axios.get(`${users}/7`, { headers })).data.users[0],
};
const sequential = (call, n) => () => timed(async () => { for (let i = 0; i < n; i++) await call(); });
const inFlight = (call, n, width) => () =>
  timed(async () => {
    let remaining = n;
    await Promise.all(Array.from({ length: width }, async () => { while (remaining-- > 0) await call(); }));
  });
const each = (make) => Object.fromEntries(Object.entries(one).map(([name, call]) => [name, make(call)]));
const perCall = (n) => (ms) => `${((ms * 1000) / n).toFixed(0)} µs`;
// Short alternating rounds: 2,000 and 10,000 calls in total.
const callRounds = rounds(20);
table(`getUserById, ${callRounds * 100} calls one after the other`, await sideBySide(each((call) => sequential(call, 100)), callRounds), "fetch + json()", perCall(100));
table(`getUserById, ${callRounds * 500} calls, 16 in flight`, await sideBySide(each((call) => inFlight(call, 500, 16)), callRounds), "fetch + json()", perCall(500));

// ---- many changes

await apply({ domo, baseUrl, headers, rounds: rounds(7) });

// ---- the whole list

table(
  "getAllUsers, 100,000 DETAILED users",
  await sideBySide(
    {
      "fetch + json()": () => timed(async () => (await (await fetch(users, { headers })).json()).users),
      "domo-users": () => timed(() => domo.getAllUsers({ parts: "DETAILED" })),
      axios: () => timed(async () => (await axios.get(users, { headers })).data.users),
    },
    rounds(7),
  ),
  "fetch + json()",
);
child.kill();
await directory(entry, rounds);
