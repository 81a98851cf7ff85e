// Compares HTTP clients: import with first use, and calls to a server that responds at once.
import { spawnSync } from "node:child_process";
import { root } from "../tools.mjs";
import { compare, timed } from "./measure.mjs";

/** The share of axios' time that import and first use of domo-users may take. */
export const IMPORT_LIMIT = 0.3;

const USER = JSON.stringify({ users: [{ id: 7, displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 }] });
/** A stub instead of the network: a fetch, or an adapter of axios. */
const STUB = `const stub = async () => new Response(${JSON.stringify(USER)}, { headers: { "content-type": "application/json" } });
  await (await stub()).text();`; // so that the first use of the host's Response is not measured

/** Returns programs that import a client and make one call: an import may defer work to the first call. */
const firstUses = (entry) => ({
  axios: `const { default: axios } = await import("axios");
    const adapter = async (config) => ({ data: ${JSON.stringify(USER)}, status: 200, statusText: "OK", headers: {}, config });
    const { data } = await axios.create({ baseURL: "https://acme.domo.com", adapter }).get("/api/identity/v1/users/7");
    return data.users[0];`,
  ky: `const { default: ky } = await import("ky");
    return (await ky.create({ prefixUrl: "https://acme.domo.com", fetch: stub }).get("api/identity/v1/users/7").json()).users[0];`,
  // It accepts no stub, so its first call is not measured.
  "domo-sdk (import only)": `const { DomoClient } = await import("domo-sdk");
    new DomoClient("client", "secret", ["user"]);
    return { displayName: "Jane" };`,
  "domo-users": `const { connect } = await import(${JSON.stringify(entry)});
    return connect({ instance: "acme", developerToken: "token", fetch: stub }).getUserById(7);`,
});

function runFirstUse(code) {
  const script = `${STUB}
    const begin = performance.now();
    const user = await (async () => { ${code} })();
    const ms = performance.now() - begin;
    if (user.displayName !== "Jane") throw new Error("wrong user");
    console.log(ms);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

export function compareFirstUse({ entry, rounds }) {
  const candidates = Object.fromEntries(Object.entries(firstUses(entry)).map(([name, code]) => [name, () => runFirstUse(code)]));
  return compare({ id: "import", title: "Import and first call, each in a new process", unit: "ms", base: "domo-users", rounds, candidates });
}

/** Resolves with two comparisons: calls one after the other, and in flight. Short alternating rounds, since a machine's speed varies. */
export async function compareCalls({ domo, baseUrl, headers, rounds, sequential, inFlight, width }) {
  const { default: axios } = await import("axios");
  const { default: ky } = await import("ky");
  const url = `${baseUrl}/api/identity/v1/users/7`;
  const calls = {
    "fetch + json()": async () => (await (await fetch(url, { headers })).json()).users[0],
    "fetch with a time limit": async () => {
      // The time limit of fetch itself: the lower bound for any client with a time limit.
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 60_000);
      try {
        return (await (await fetch(url, { headers, signal: controller.signal })).json()).users[0];
      } finally {
        clearTimeout(timer);
      }
    },
    "domo-users": () => domo.getUserById(7),
    ky: async () => (await ky.get(url, { headers }).json()).users[0],
    axios: async () => (await axios.get(url, { headers })).data.users[0],
  };
  const perCall = (count, work) =>
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, async () => ((await timed(() => work(call))) * 1000) / count]));
  const oneByOne = async (call) => { for (let i = 0; i < sequential; i++) await call(); };
  const together = (call) => {
    let remaining = inFlight;
    return Promise.all(Array.from({ length: width }, async () => { while (remaining-- > 0) await call(); }));
  };
  const common = { unit: "µs per call", base: "domo-users", rounds };
  return [
    await compare({
      ...common, id: "calls", title: `getUserById, ${(rounds * sequential).toLocaleString("en")} calls one after the other`, candidates: perCall(sequential, oneByOne),
    }),
    await compare({
      ...common, id: "in-flight", title: `getUserById, ${(rounds * inFlight).toLocaleString("en")} calls, ${width} in flight`, candidates: perCall(inFlight, together),
    }),
  ];
}
