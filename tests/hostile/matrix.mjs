// The hostile-host matrix: every case with every function to which it applies. Independent of the host: Node and browsers run this file.
import { ALL, AT_ONCE, PROMISING, WHOLE, good, invoke } from "./functions.mjs";
import { TOKEN, leaks, listen, polluted, shown } from "./watch.mjs";
import { responses } from "./cases/responses.mjs";
import { args } from "./cases/arguments.mjs";
import { axios } from "./cases/axios.mjs";
import { bodies } from "./cases/bodies.mjs";
import { codeEngine } from "./cases/code-engine.mjs";
import { configs } from "./cases/configs.mjs";
import { events } from "./cases/events.mjs";
import { globals } from "./cases/globals.mjs";
import { signals } from "./cases/signals.mjs";
import { thrown } from "./cases/thrown.mjs";
import { tokens } from "./cases/tokens.mjs";

/** {name, on, expect, make(kit)}; see `run` for what each may hold. */
export const cases = [responses, bodies, thrown, signals, configs, args, tokens, events, globals, codeEngine, axios].flat();

const CODES = [
  "INVALID_CONFIG", "INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED", "REQUEST_REJECTED", "SERVER_ERROR",
  "REDIRECTED", "BAD_RESPONSE", "NETWORK", "TIMEOUT", "OUTCOME_UNKNOWN", "INTERNAL",
];

// Saved before a case can change them.
const { setTimeout, clearTimeout } = globalThis;
let patienceMs = 10_000; // time limits in cases are a hundredth of this

/** The functions of a case. */
export const functions = ({ on }) => on ?? [...ALL, ...Object.keys(WHOLE)];

/** @returns {Promise<{name: string, on: string, ok: boolean, detail: string}[]>} */
export async function runMatrix({ domoUsers, realm, inspect, Error = globalThis.Error, only = () => true, report = () => {}, patience = 10_000 }) {
  patienceMs = patience;
  const rows = [];
  for (const one of cases.filter(({ name }) => only(name))) {
    for (const on of functions(one)) {
      const detail = await run(one, on, { domoUsers, realm, inspect, Error });
      rows.push({ name: one.name, on, ok: detail === "", detail });
      report(rows.at(-1));
    }
  }
  return rows;
}

/** Runs one case with one function; returns what went wrong, or "". */
async function run({ make, expect = "any" }, on, { domoUsers, realm, inspect, Error }) {
  const events = [];
  const kit = { on, realm, domoUsers, token: TOKEN, good: good(on) };
  const { config = {}, raw, options, args = (PROMISING[on] ?? WHOLE[on])?.args ?? [], poison = [], reason, own, check } = make(kit);
  const base = {
    instance: "acme", developerToken: TOKEN, allowBrowserToken: true, fetch: kit.good, maxRetries: 0, timeoutMs: 100,
    onEvent: (event) => void events.push(event),
  };
  const given = { config: raw ? raw(base) : { ...base, ...config }, args, options };

  const unlisten = listen();
  const cure = poisoned(poison);
  const outcome = await settled(() => invoke(domoUsers, on, given));
  cure();
  const said = unlisten();
  const faults = [judge(outcome, on in WHOLE ? ["any"] : expectation(expect, on), { reason, own, domoUsers, Error }), outside({ outcome, events, said, inspect })];
  faults.push(check?.({ ...outcome, events, said }) || "");
  faults.push(await afterwards(domoUsers, base));
  return faults.filter(Boolean).join("; ");
}

function expectation(expect, on) {
  const wanted = typeof expect === "object" && !Array.isArray(expect) ? (expect[on] ?? expect.else) : expect;
  return [wanted].flat();
}

/** Sets `[holder, key, value]`, or deletes `[holder, key]`; returns a function that undoes it. */
function poisoned(poison) {
  const before = poison.map(([holder, key]) => Object.getOwnPropertyDescriptor(holder, key));
  const { defineProperty, deleteProperty } = Reflect;
  for (const [holder, key, ...value] of poison) {
    if (value.length > 0) defineProperty(holder, key, { value: value[0], writable: true, configurable: true });
    else deleteProperty(holder, key);
  }
  return () => {
    for (let at = 0; at < poison.length; at++) {
      const [holder, key] = poison[at];
      if (before[at]) defineProperty(holder, key, before[at]);
      else deleteProperty(holder, key);
    }
  };
}

/** {value}, {error} or {hangs}; made of nothing that a case can have poisoned. */
function settled(call) {
  let timer;
  return new Promise((resolve) => {
    timer = setTimeout(() => resolve({ hangs: true }), patienceMs);
    (async () => {
      let outcome;
      try {
        outcome = { value: await call() };
      } catch (error) {
        outcome = { error };
      }
      clearTimeout(timer);
      resolve(outcome);
    })();
  });
}

function judge(outcome, wanted, { reason, own, domoUsers, Error }) {
  if (outcome.hangs) return "hangs";
  const any = wanted.includes("any");
  if ("value" in outcome) return any || wanted.includes("value") ? "" : `gave a value, not ${wanted.join(" or ")}`;
  const { error } = outcome;
  if (reason && error === reason.is) return any || wanted.includes("reason") ? "" : `gave the reason, not ${wanted.join(" or ")}`;
  // The reason with which fetch rejects if the host has no abort reasons.
  if (own && error?.name === own && (any || wanted.includes(own))) return "";
  if (!domoUsers.isDomoError(error)) return `rejected with what is no DomoError: ${typeof error === "object" ? error?.stack : String(error)}`;
  if (!(error instanceof Error)) return "rejected with what is no Error";
  if (!CODES.includes(error.code)) return `has the code ${error.code}`;
  return any || wanted.includes(error.code) ? "" : `${error.code}, not ${wanted.join(" or ")}: ${error.message}`;
}

function outside({ outcome, events, said, inspect }) {
  for (const [what, value] of Object.entries({ error: outcome.error, value: outcome.value, events, said })) {
    if (leaks(shown(value, inspect))) return `the token stands in ${what}: ${shown(value).slice(0, 400)}`;
  }
  return polluted() ? "a prototype is polluted" : "";
}

/** Whether the module still works for the next call. */
async function afterwards(domoUsers, { fetch: _, ...config }) {
  const { value, error } = await settled(() => domoUsers.getUserById({ ...config, fetch: good("getUserById") }, 7));
  return value?.id === 7 ? "" : `the next call fails: ${error?.message}`;
}

export { AT_ONCE };
