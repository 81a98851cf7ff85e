// An instance in memory: hand its fetch to a DomoConfig, or let it listen on a port of this machine.
import { codeEngine } from "./code-engine.js";
import { Faults, wait } from "./faults.js";
import { listen } from "./http.js";
import { Instance } from "./instance.js";

/** @type {typeof import("./index.js").mockDomo} */
export function mockDomo(options = {}) {
  const { users = 1000, developerToken, roles = [1, 2, 3, 4, 5], faults = [], seed = 1, oddities = {} } = options;
  check("users", Array.isArray(users) || (Number.isInteger(users) && users >= 0), "a number of users or an array of them");
  check("developerToken", developerToken === undefined || (typeof developerToken === "string" && developerToken !== ""), "a text");
  check("roles", Array.isArray(roles) && roles.every(Number.isInteger), "an array of role ids");
  check("faults", Array.isArray(faults), "an array");
  check("seed", Number.isInteger(seed), "a whole number");
  const instance = new Instance({ users, developerToken, roles, seed, oddities });
  const planned = new Faults(faults);
  const requests = [];

  /**
   * One call, faults included.
   * @returns what to answer: {drop} for no answer at all, {cutBodyAt} for a body that breaks off
   */
  async function answer(call, signal) {
    const entry = { method: call.method, path: call.path, status: 0 };
    requests.push(entry);
    const fault = planned.take(call.method, call.path);
    if (fault?.delayMs) await wait(fault.delayMs, signal);
    if (!fault) return record(entry, instance.handle(call));
    const replaces = fault.drop || fault.stall || fault.status !== undefined || fault.body !== undefined;
    const real = !replaces || fault.afterEffect ? instance.handle(call) : undefined;
    if (fault.stall) await wait(Infinity, signal);
    if (fault.drop) return { drop: true };
    if (!replaces) return record(entry, { ...real, headers: { ...real.headers, ...fault.headers }, cutBodyAt: fault.cutBodyAt });
    return record(entry, {
      status: fault.status ?? real?.status ?? 200,
      headers: { "content-type": "application/json;charset=UTF-8", ...lowerCase(fault.headers ?? {}) },
      body: fault.body ?? "",
      cutBodyAt: fault.cutBodyAt,
    });
  }

  async function fetch(input, init = {}) {
    const request = typeof input === "object" && "method" in input ? input : undefined;
    const signal = init.signal ?? request?.signal ?? undefined;
    if (signal?.aborted) throw signal.reason;
    const url = new URL(request ? request.url : String(input), "http://instance");
    const headers = Object.fromEntries(new Headers(init.headers ?? request?.headers ?? {}));
    const body = init.body ?? (request && request.body ? await request.text() : undefined);
    const method = String(init.method ?? request?.method ?? "GET").toUpperCase();
    const got = await answer({ method, path: pathOf(url), headers, body: body ?? undefined }, signal);
    if (got.drop) throw new TypeError("fetch failed");
    const redirect = init.redirect ?? request?.redirect ?? "follow";
    if (got.status >= 300 && got.status < 400 && redirect !== "manual") throw new TypeError("fetch failed: redirect");
    const empty = got.status === 204 || got.status === 304;
    return new Response(empty ? null : stream(got), { status: got.status, headers: got.headers });
  }

  return {
    fetch,
    users: instance.users,
    requests,
    addFault: (fault) => planned.add(fault),
    listen: (port = 0) => listen(answer, pathOf, port),
    codeengine: (how = {}) => codeEngine(answer, instance, how),
  };
}

function check(name, fine, expected) {
  if (!fine) throw new TypeError(`mockDomo: ${name} must be ${expected}`);
}

function record(entry, answer) {
  entry.status = answer.status;
  return answer;
}

const lowerCase = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The path on the instance: a proxy's own prefix before /api/ does not count. */
function pathOf(url) {
  const at = url.pathname.indexOf("/api/");
  return (at > 0 ? url.pathname.slice(at) : url.pathname) + url.search;
}

/** A body for Response: whole, in pieces, or breaking off. */
function stream({ body, cutBodyAt }) {
  if (typeof body === "string" && cutBodyAt === undefined) return body;
  const encoder = new TextEncoder();
  if (cutBodyAt !== undefined) {
    const whole = encoder.encode(typeof body === "string" ? body : [...body].join(""));
    return new ReadableStream({
      start: (controller) => controller.enqueue(whole.slice(0, cutBodyAt)),
      pull: (controller) => controller.error(new TypeError("terminated")),
    }, { highWaterMark: 0 });
  }
  const pieces = body[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { value, done } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
