// A trap or an exception at any crossing between JavaScript and the module: every promise settles, and the next call works.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder } from "../support/installed.mjs";
import { good, response, JANE } from "./functions.mjs";
import { watchProcess } from "./process.mjs";

// (module (func (export "t") unreachable))
const TRAP = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11);
const RealInstance = WebAssembly.Instance;
const { t: trap } = new RealInstance(new WebAssembly.Module(TRAP)).exports;

/** What happens at which crossing; an `at` of 0 is never. `into` is a call from the host into the module, `out` a call from the module to the host. */
const plan = { at: 0, count: 0, way: "into", what: trap, after: false };
function set(at, { way = "into", what = trap, after = false } = {}) {
  Object.assign(plan, { at, count: 0, way, what, after });
}
const crossing = (way, inner) =>
  function (...args) {
    const now = plan.way === way && ++plan.count === plan.at;
    if (now && !plan.after) plan.what();
    const run = () => Reflect.apply(inner, this, args);
    const answer = way === "out" && interfere ? interfere(inner.name, run) : run();
    if (now) plan.what();
    return answer;
  };
/** If set, replaces each host function that the module calls: (name, run) => result. */
let interfere;
/** The memory of the newest instance. */
let memory;
const through = (way, all) => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, typeof one === "function" ? crossing(way, one) : one]));

WebAssembly.Instance = function (module, imports) {
  const wrapped = Object.fromEntries(Object.entries(imports).map(([from, all]) => [from, through("out", all)]));
  const { exports } = new RealInstance(module, wrapped);
  memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory);
  return { exports: through("into", exports) };
};
// A separate copy of the package.
const domoUsers = await import(`${pathToFileURL(`${folder}node_modules/domo-users/index.js`)}?traps`);
const { createUser, getUserById, planUsers, connect, userAttributes, isDomoError } = domoUsers;

const config = (name, rest) => ({ instance: "acme", developerToken: "token", maxRetries: 0, timeoutMs: 2_000, fetch: good(name), onEvent: () => {}, ...rest });
const CALLS = {
  createUser: () => createUser(config("createUser"), JANE),
  getUserById: () => getUserById(config("getUserById"), 7, { parts: ["DETAILED"] }),
  "a refused call": () => getUserById(config("getUserById", { fetch: async () => response("", { status: 404 }) }), 7).catch((error) => (error.code === "NOT_FOUND" ? { id: 7 } : Promise.reject(error))),
};
const unhandled = watchProcess();
const boom = () => {
  throw new Error("through the module");
};
const odd = () => {
  throw undefined;
};
const WAYS = {
  "a trap as the module is entered": {},
  "a trap as the module is left": { after: true },
  "an exception as the module is entered": { what: boom },
  "a trap inside what the module asks of the host": { way: "out" },
  "an exception of what the module asks of the host": { way: "out", what: boom },
  "an exception that is undefined": { way: "out", what: odd },
};

/** {value}, {error}, or {hangs}. */
async function settled(promise) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 10_000, { hangs: true })));
  const outcome = await Promise.race([promise.then((value) => ({ value }), (error) => ({ error })), late]);
  clearTimeout(timer);
  return outcome;
}
/** Breaks the instance, so that the next call starts a new one. */
async function kill() {
  set(1);
  await settled(CALLS.getUserById());
  set(0);
}
async function works(note) {
  set(0);
  const { value, error } = await settled(CALLS.getUserById());
  assert.equal(value?.id, 7, `${note}: the next call: ${error?.stack}`);
}

for (const [name, call] of Object.entries(CALLS)) {
  for (const [way, options] of Object.entries(WAYS)) {
    for (const start of ["a running", "a fresh"]) {
      test(`${name} on ${start} instance: ${way}, at every crossing`, async (t) => {
        let broken = 0;
        for (let at = 1; ; at++) {
          if (start === "a fresh") await kill();
          set(at, options);
          const { value, error, hangs } = await settled(call());
          const reached = plan.count >= at;
          const note = `crossing ${at}`;
          assert.ok(!hangs, `${note} hangs`);
          // A value is correct if the promise had settled before.
          if (error) assert.equal(error.code, "INTERNAL", `${note}: ${error.stack}`);
          else assert.equal(value.id, 7, note);
          if (error) broken++;
          await works(note);
          assert.deepEqual(await unhandled(), [], note);
          if (!reached) {
            t.diagnostic(`${at - 1} crossings, ${broken} of them INTERNAL`);
            break;
          }
        }
        assert.ok(broken > 0);
      });
    }
  }
}

test("all calls in flight are rejected, those of other configurations too", async () => {
  const never = config("getUserById", { fetch: () => new Promise(() => {}), timeoutMs: 0 });
  const flying = [getUserById(never, 7), getUserById(connect(never), 8), createUser(never, JANE)].map(settled);
  await new Promise((resolve) => setImmediate(resolve));
  set(1);
  await settled(CALLS.getUserById());
  for (const { error } of await Promise.all(flying)) assert.equal(error?.code, "INTERNAL");
  await works("after it");
  assert.deepEqual(await unhandled(), []);
});

test("a late response, time limit or abort of a broken instance has no effect", async () => {
  let answer;
  const controller = new AbortController();
  const waiting = settled(getUserById(config("getUserById", { fetch: () => new Promise((resolve) => (answer = resolve)), timeoutMs: 30 }), 7, { signal: controller.signal }));
  await new Promise((resolve) => setImmediate(resolve));
  await kill();
  assert.equal((await waiting).error.code, "INTERNAL");
  await works("before the late ones");
  answer(response('{"users":[{"id":9}]}'));
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 60));
  await works("after the late ones");
  assert.deepEqual(await unhandled(), []);
});

test("a client outlives the instance that created it", async () => {
  const domo = connect(config("getUserById"));
  await kill();
  assert.equal((await domo.getUserById(7)).id, 7);
});

test("synchronous functions throw INTERNAL, and then work again", async () => {
  for (const [name, call] of Object.entries({ connect: () => connect(config("getUserById")), userAttributes: () => userAttributes({ attributes: [{ key: "a", values: [1] }] }) })) {
    for (const [way, options] of Object.entries(WAYS)) {
      for (let at = 1, reached = true; reached; at++) {
        set(at, options);
        try {
          call();
        } catch (error) {
          assert.ok(isDomoError(error), `${name}, ${way}, ${at}: ${error?.stack ?? error}`);
          // An exception that the module catches is reported as the error of that operation.
          assert.ok(["INTERNAL", "INVALID_CONFIG", "INVALID_INPUT"].includes(error.code), `${name}, ${way}, ${at}: ${error.code}`);
        }
        reached = plan.count >= at;
        set(0);
        call();
      }
    }
  }
  await works("after them");
  assert.deepEqual(await unhandled(), []);
});

test("a trap inside a call made from onEvent", async () => {
  for (let at = 1; at < 40; at++) {
    const inner = [];
    const onEvent = ({ type }) => {
      if (type !== "request") return;
      set(at);
      inner.push(settled(CALLS.createUser()));
    };
    const outer = await settled(getUserById(config("getUserById", { onEvent }), 7));
    assert.ok(outer.value?.id === 7 || outer.error?.code === "INTERNAL", `${at}: ${outer.error?.stack}`);
    for (const { value, error } of await Promise.all(inner)) assert.ok(value?.id === 7 || error?.code === "INTERNAL", `${at}: ${error?.stack}`);
    await works(at);
    assert.deepEqual(await unhandled(), [], String(at));
  }
});

test("calls at the end of the stack settle, and the next call works", async () => {
  const ends = [];
  const flying = settled(getUserById(config("getUserById", { fetch: () => new Promise(() => {}), timeoutMs: 300 }), 7));
  const calls = [CALLS.getUserById, CALLS.createUser, async () => connect(config("getUserById")), async () => userAttributes({ attributes: [{ key: "a", values: [1] }] })];
  // At each depth near the end, the stack overflows at another place.
  function dive(call) {
    try {
      dive(call);
    } catch {
      // no space left: the frames above have a little more
    }
    if (ends.length < 200) {
      try {
        ends.push(call());
      } catch (error) {
        ends.push({ thrown: error }); // no space even to call an async function
      }
    }
  }
  for (const call of calls) {
    ends.length = 0;
    dive(call);
    const outcomes = await Promise.all(ends.map((end) => ("thrown" in end ? { error: end.thrown } : settled(end))));
    assert.ok(outcomes.every(({ hangs }) => !hangs));
    assert.ok(outcomes.some(({ error }) => error));
    for (const { error } of outcomes) if (error) assert.ok(error instanceof RangeError || isDomoError(error), error.stack);
    await works(call);
  }
  const { error } = await flying;
  assert.ok(["TIMEOUT", "INTERNAL"].includes(error?.code), String(error));
  assert.deepEqual(await unhandled(), []);
});

test("if the host refuses to start the module: INTERNAL, and the next call tries again", async () => {
  const { instantiate } = WebAssembly;
  const wrapping = WebAssembly.Instance;
  for (const refusal of [new RangeError("Out of memory"), new TypeError("no"), new WebAssembly.LinkError("no"), "a string"]) {
    await kill();
    WebAssembly.Instance = class {
      constructor() {
        throw refusal;
      }
    };
    WebAssembly.instantiate = () => Promise.reject(refusal);
    try {
      assert.equal((await settled(CALLS.getUserById())).error?.code, "INTERNAL", String(refusal));
      assert.throws(() => connect(config("getUserById")), { code: "INTERNAL" }, String(refusal));
    } finally {
      WebAssembly.Instance = wrapping;
      WebAssembly.instantiate = instantiate;
    }
    await works(refusal);
  }
  assert.deepEqual(await unhandled(), []);
});

/** A length that cannot be allocated; as the length of a Uint8Array, it makes the standard library and js-sys panic. */
const IMPOSSIBLE_LENGTH = 2 ** 31;
const CSV = new TextEncoder().encode("email,title\njane@example.com,Analyst\n");

/** Returns the errors of a call that panics: each length of bytes that the module reads is wrong once. (Arrays here are shorter.) */
async function panics(token, record = (run) => run()) {
  await kill(); // a new instance, which knows no other token
  const errors = [];
  for (let at = 1, reached = true; reached; at++) {
    let count = 0;
    interfere = (name, run) => {
      if (name.includes("recordPanic")) return record(run);
      const answer = run();
      return /^__wbg_length_/.test(name) && answer >= CSV.length && ++count === at ? IMPOSSIBLE_LENGTH : answer;
    };
    const { error, hangs } = await settled(planUsers(config("planUsers", { developerToken: token }), CSV));
    reached = count >= at;
    interfere = undefined;
    assert.ok(!hangs, `length ${at} hangs`);
    if (reached) errors.push(error);
    await works(`length ${at}`);
  }
  assert.deepEqual(await unhandled(), []);
  return errors.filter((error) => error?.code === "INTERNAL");
}

test("a panic is reported with its place, and with its message only if that is part of the source code", async () => {
  const messages = (await panics("canary-token-0123456789")).map(({ message }) => message);
  for (const message of messages) {
    assert.match(message, /^domo-users failed with an internal error \(panic at (\/rustc\/\w+|crates|src|scan(\/words)?\/src)\/[\w./-]+\.rs:\d+:\d+(: [^:]+)?\): please report/);
  }
  assert.ok(messages.some((message) => /\.rs:\d+:\d+: capacity overflow\)/.test(message)), "a static message is in it");
  assert.ok(messages.some((message) => /js-sys-[^:]*\.rs:\d+:\d+\)/.test(message)), "a message with data in it is left out");
});

test("known tokens are redacted in the description of a panic", async () => {
  const messages = (await panics("overflow")).map(({ message }) => message);
  assert.ok(messages.some((message) => message.includes("capacity [redacted]")), messages.join("\n"));
  for (const message of messages) assert.doesNotMatch(message, /overflow/);
});

test("a panic whose description cannot be passed on is reported without it", async () => {
  for (const failure of [boom, odd, trap]) {
    const errors = await panics("canary-token-0123456789", failure);
    assert.ok(errors.length > 0);
    for (const { message } of errors) assert.match(message, /internal error \((unreachable|the host threw an exception through the module)\)/);
  }
});

test("a trap that is not a panic has no place, also after a panic", async () => {
  await panics("canary-token-0123456789");
  set(2);
  const { error } = await settled(CALLS.getUserById());
  set(0);
  assert.equal(error.code, "INTERNAL");
  assert.match(error.message, /internal error \(unreachable\)/);
  await works("after both");
});

test("exhausted memory: INTERNAL without a place, and the next call works", async () => {
  await works("before it");
  const PAGE = 65_536;
  memory.grow(65_536 - memory.buffer.byteLength / PAGE); // the host reserves the memory, but commits a page only when it is written
  const large = `email,title\n${"jane@example.com,Analyst\n".repeat(400_000)}`;
  const { error, hangs } = await settled(planUsers(config("planUsers"), large));
  assert.ok(!hangs);
  assert.equal(error?.code, "INTERNAL", error?.message);
  assert.match(error.message, /internal error \(\w+( \w+)*\)/);
  await works("after it");
  assert.deepEqual(await unhandled(), []);
});
