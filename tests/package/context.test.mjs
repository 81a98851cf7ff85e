// Every callback of the caller runs in the async context (AsyncLocalStorage) of its own call, whatever resumes the call.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { create, reportsTo, title, update } from "../support/changes.mjs"; // also replaces Math.random, so that retry delays are short
import { domoUsers, mockDomo } from "../support/installed.mjs";

const { applyChanges, connect, createUser, exportUsersCsv, getUserById, planUsers, searchUsers, streamUsers } = domoUsers;
const USERS = "/api/identity/v1/users";
const context = new AsyncLocalStorage();
const name = (k) => `call ${k}`;

/** Starts `n` concurrent calls, each in its own context; `call` gets the number of the call, and options that mark its requests. */
const together = (n, call) =>
  Promise.all(Array.from({ length: n }, (_, k) => context.run(name(k), () => call(k, { headers: { "x-call": name(k) } }))));

/**
 * A mock and a configuration whose callbacks record the context in which they run. A request has the name of its call in a header, and as its token the name of the
 * context in which the token function ran: `wrong` lists every request that was sent with another call's token or in another call's context.
 */
function observed(config = {}, mock = mockDomo({ users: 40 })) {
  const seen = {};
  const wrong = [];
  const note = (what) => {
    const where = context.getStore() ?? "none";
    ((seen[where] ??= {})[what] ??= 0);
    seen[where][what]++;
  };
  const sent = (headers) => {
    const here = context.getStore();
    const call = headers["x-call"];
    const token = headers["X-DOMO-Developer-Token"];
    if (call !== here || (token !== undefined && token !== `token of ${here}`)) wrong.push({ here, call, token });
  };
  const observedConfig = {
    instance: "acme",
    developerToken() {
      note("developerToken");
      return `token of ${context.getStore()}`;
    },
    fetch(url, init) {
      note("fetch");
      sent(init.headers);
      return mock.fetch(url, init);
    },
    onEvent: ({ type }) => note(type),
    ...config,
  };
  return { mock, seen, wrong, note, sent, config: observedConfig };
}

/** Asserts that each call saw exactly these callbacks, and that nothing ran in another context. */
const expectEach = ({ seen, wrong }, n, counts) => {
  assert.deepEqual(wrong, []);
  assert.deepEqual(seen, Object.fromEntries(Array.from({ length: n }, (_, k) => [name(k), counts])));
};
const ONCE = { developerToken: 1, request: 1, fetch: 1, response: 1 };
const TWICE = { developerToken: 2, request: 2, fetch: 2, response: 2, retry: 1 };

test("calls of one client at the same time", async () => {
  const all = observed();
  const domo = connect(all.config);
  const ids = [...all.mock.users.keys()];
  await together(3, (k, options) => domo.getUserById(ids[k], options));
  expectEach(all, 3, ONCE);
});

test("calls of separate clients", async () => {
  const all = observed();
  const ids = [...all.mock.users.keys()];
  await together(5, (k, options) => connect({ ...all.config }).getUserById(ids[k], options));
  expectEach(all, 5, ONCE);
});

test("calls that wait for one promise of a token", async () => {
  const all = observed();
  let shared;
  const config = {
    ...all.config,
    developerToken() {
      all.note("developerToken");
      return (shared ??= sleep(5, "one token for all"));
    },
    fetch(url, init) {
      all.note("fetch");
      all.sent({ "x-call": init.headers["x-call"] });
      return all.mock.fetch(url, init);
    },
  };
  const ids = [...all.mock.users.keys()];
  const domo = connect(config);
  await together(4, (k, options) => (k < 2 ? domo.getUserById(ids[k], options) : getUserById(config, ids[k], options)));
  expectEach(all, 4, ONCE);
});

test("calls whose responses come at the same time, from one promise", async () => {
  let respond;
  const response = new Promise((resolve) => (respond = resolve));
  const all = observed();
  const { fetch } = all.config;
  all.config.fetch = async (url, init) => (await response, context.getStore() === init.headers["x-call"] || all.wrong.push("fetch lost its context"), fetch(url, init));
  const ids = [...all.mock.users.keys()];
  const calls = together(3, (k, options) => getUserById(all.config, ids[k], options));
  await sleep(5);
  context.run("whoever answers", respond);
  await calls;
  expectEach(all, 3, ONCE);
});

test("calls that are paused by one 429", async () => {
  const all = observed();
  const domo = connect(all.config);
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ status: 429, times: 4 });
  await together(4, (k, options) => domo.getUserById(ids[k], options));
  expectEach(all, 4, TWICE);
});

test("a call that starts during a pause", async () => {
  const all = observed();
  const domo = connect(all.config);
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ status: 429, headers: { "retry-after": "1" } });
  await together(3, async (k, options) => {
    if (k > 0) await sleep(50);
    return domo.getUserById(ids[k], options);
  });
  assert.deepEqual(all.wrong, []);
  assert.deepEqual(all.seen, { [name(0)]: TWICE, [name(1)]: ONCE, [name(2)]: ONCE });
});

test("calls that are retried after a timer", async () => {
  const all = observed();
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ status: 503, times: 3 });
  await together(3, (k, options) => getUserById(all.config, ids[k], options));
  expectEach(all, 3, TWICE);
});

test("calls that are retried after a time limit", async () => {
  const all = observed({ timeoutMs: 30 });
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ stall: true, times: 3 });
  await together(3, (k, options) => getUserById(all.config, ids[k], options));
  expectEach(all, 3, { ...TWICE, response: 1 });
});

test("a create without a response that is looked up", async () => {
  const all = observed({ maxRetries: 0 });
  all.mock.addFault({ method: "POST", path: USERS, status: 502, afterEffect: true, times: 3 });
  await together(3, (k, options) => createUser(all.config, { displayName: "J", emailAddress: `j${k}@new.example`, roleId: 4 }, options));
  expectEach(all, 3, { developerToken: 2, request: 2, fetch: 2, response: 2 });
});

test("calls through axios", async () => {
  const all = observed({ fetch: undefined });
  all.config.axios = async ({ url, headers, ...rest }) => {
    all.note("axios");
    all.sent(headers);
    const response = await all.mock.fetch(url, { headers, method: rest.method });
    return { status: response.status, headers: response.headers, data: await response.text() };
  };
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ status: 503, times: 3 });
  await together(3, (k, options) => getUserById(all.config, ids[k], options));
  expectEach(all, 3, { developerToken: 2, axios: 2, request: 2, response: 2, retry: 1 });
});

test("calls through Code Engine's module", async () => {
  const all = observed({ instance: undefined, developerToken: undefined, fetch: undefined });
  let failed = 0;
  const sendRequest = async (_, path, __, headers) => {
    all.note("sendRequest");
    all.sent(headers);
    if (++failed <= 3) throw Object.assign(new Error("503"), { status: 503 });
    return { users: [{ id: Number(path.split("/").pop()), displayName: "x", roleId: 4 }] };
  };
  await together(3, (k, options) => getUserById({ ...all.config, codeengine: { sendRequest } }, k + 1, options));
  expectEach(all, 3, { sendRequest: 2, request: 2, response: 2, retry: 1 });
});

test("streamUsers: the context of next(), whoever sends the body", async () => {
  const all = observed();
  const reads = [];
  const users = (n) => new TextEncoder().encode(`${JSON.stringify({ id: n, displayName: "x", roleId: 4 })}`);
  all.config.fetch = (url, init) => {
    all.note("fetch");
    all.sent(init.headers);
    let n = 0;
    const pieces = ['{"users":[', users(1), ",", users(2), ",", users(3), "]}"].map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
    const read = async () => {
      reads.push(context.getStore());
      await context.run("whoever sends the body", () => sleep(1));
      return n < pieces.length ? { done: false, value: pieces[n++] } : { done: true };
    };
    return { status: 200, headers: {}, text: async () => "", body: { getReader: () => ({ read, cancel: async () => {} }) } };
  };
  const options = { headers: { "x-call": "first" } };
  const iterator = context.run("creation", () => streamUsers(all.config, options));
  all.mock.addFault({ status: 503 });
  const next = (where) => context.run(where, async () => (await iterator.next()).value?.id);
  // Two concurrent readers: each requests the next page in its own context.
  const first = next("first");
  const second = next("second");
  assert.deepEqual([await first, await second], [1, 2]);
  const before = new Set(reads);
  assert.deepEqual([before.has("first"), before.has("second"), before.has("creation"), before.has("whoever sends the body")], [true, true, false, false]);
  reads.length = 0;
  assert.deepEqual([await next("third"), await next("third")], [3, undefined]);
  assert.deepEqual([...new Set(reads)], ["third"]);
  assert.deepEqual([all.wrong, all.seen], [[], { first: ONCE }]);
});

test("streamUsers of several callers at the same time, with retries", async () => {
  const all = observed();
  all.mock.addFault({ status: 503, times: 3 });
  await together(3, async (_, options) => {
    for await (const { id } of streamUsers(all.config, options)) assert.ok(id && context.getStore() === options.headers["x-call"]);
  });
  expectEach(all, 3, TWICE);
});

test("a body that breaks off before its first user, and is read again", async () => {
  const all = observed();
  all.mock.addFault({ cutBodyAt: 5, times: 3 });
  await together(3, async (_, options) => {
    for await (const { id } of streamUsers(all.config, options)) assert.ok(id);
  });
  expectEach(all, 3, TWICE);
});

test("searchUsers: the context of the next() that asks for a page", async () => {
  const all = observed({}, mockDomo({ users: 200 }));
  const where = [];
  const fetch = (url, init) => (where.push(context.getStore()), all.mock.fetch(url, init));
  const iterator = context.run("creation", () => searchUsers({ ...all.config, fetch }, { pageSize: 50 }))[Symbol.asyncIterator]();
  all.mock.addFault({ status: 429 });
  for (let n = 0; n < 200; n++) await context.run(`page ${n < 100 ? "1 or 2" : "3 or 4"}`, () => iterator.next());
  assert.deepEqual(where, ["page 1 or 2", "page 1 or 2", "page 1 or 2", "page 3 or 4", "page 3 or 4"]);
  const counts = (retry) => ({ developerToken: 2, request: 2, response: 2, ...(retry && { retry }) });
  assert.deepEqual(all.seen, { "page 1 or 2": { ...counts(1), developerToken: 3, request: 3, response: 3 }, "page 3 or 4": counts() });
});

for (const [how, read] of [
  ["a reader", async (stream) => { for await (const piece of stream) assert.ok(piece.length); }],
  ["a Response", async (stream) => assert.ok((await new Response(stream).text()).length)],
  ["a reader of the caller's own buffer", async (stream) => {
    const reader = stream.getReader({ mode: "byob" });
    while (!(await reader.read(new Uint8Array(200))).done);
  }],
]) {
  test(`exportUsersCsv: the context of its creation, read elsewhere through ${how}`, async () => {
    const all = observed();
    all.mock.addFault({ status: 503, times: 3 });
    const streams = await together(3, async (_, options) => [exportUsersCsv(all.config, options)]);
    await Promise.all(streams.map(([stream], k) => context.run(`reader ${k}`, () => read(stream))));
    expectEach(all, 3, TWICE);
  });
}

/** A journal whose functions record their context. */
const journalOf = ({ note }, lines = []) => ({
  lines,
  async read() {
    note("journal.read");
    await sleep(1);
    return lines;
  },
  async append(line) {
    note("journal.append");
    await sleep(lines.length % 3);
    lines.push(line);
  },
});

test("applyChanges: token, fetch, events, journal and progress of runs at the same time", async () => {
  const all = observed();
  const ids = [...all.mock.users.keys()];
  const domo = connect({ ...all.config, maxRetries: 20 });
  all.mock.addFault({ status: 429, times: 5 });
  await together(3, async (k, options) => {
    const changes = [
      create(`anna${k}`, { attributes: [title("Boss")] }), create(`ben${k}`, { attributes: [reportsTo(`anna${k}@new.example`)] }),
      ...ids.slice(k * 10, k * 10 + 6).map((id) => update(id, { roleId: 2 })), update(ids[k * 10 + 7], { attributes: [reportsTo(all.mock.users.get(ids[0]).emailAddress)] }),
    ];
    const journal = journalOf(all);
    const result = await applyChanges(domo, changes, { ...options, journal, concurrency: 5, onProgress: () => all.note("onProgress") });
    assert.equal(result.done, 9);
    assert.equal(context.getStore(), name(k));
  });
  assert.deepEqual(all.wrong, []);
  assert.deepEqual(Object.keys(all.seen).toSorted(), [name(0), name(1), name(2)]);
  for (const counts of Object.values(all.seen)) {
    // 9 changes in 11 calls, each begun and done, behind the line that names the plan.
    assert.deepEqual([counts["journal.read"], counts["journal.append"] >= 23, counts.onProgress, counts.fetch, counts.developerToken], [1, true, 9, counts.request, counts.request]);
  }
});

test("planUsers, and applyChanges with stale: onRead is called in the context of its own call", async () => {
  const all = observed();
  const ids = [...all.mock.users.keys()];
  const domo = connect(all.config);
  await together(3, async (k, options) => {
    const onRead = () => all.note("onRead");
    const plan = await planUsers(domo, [{ id: ids[k], title: "Countess" }], { ...options, matchBy: "id", onRead });
    const { done } = await applyChanges(domo, plan, { ...options, stale: "refuse", onRead });
    assert.equal(done, 1);
  });
  assert.deepEqual(all.wrong, []);
  for (const k of [0, 1, 2]) assert.ok(all.seen[name(k)].onRead >= 2, `${all.seen[name(k)].onRead}`);
});

test("applyChanges: runs aborted by one signal record their results, each in its own context", async () => {
  const all = observed();
  const ids = [...all.mock.users.keys()];
  const controller = new AbortController();
  all.mock.addFault({ status: 503, headers: { "retry-after": "30" }, times: 6 });
  const runs = together(3, async (k, options) => {
    const changes = ids.slice(k * 2, k * 2 + 2).map((id) => update(id, { roleId: 2 }));
    const { skipped } = await applyChanges(all.config, changes, { ...options, signal: controller.signal, journal: journalOf(all), onProgress: () => all.note("onProgress") });
    assert.equal(skipped, 2);
  });
  await sleep(100);
  context.run("whoever aborts", () => controller.abort());
  await runs;
  // The line that identifies the plan; then, for each change, its start, and after the abort that it had no effect.
  expectEach(all, 3, { developerToken: 2, request: 2, fetch: 2, response: 2, retry: 2, "journal.read": 1, "journal.append": 5 });
});

test("calls that one signal aborts reject in their own context", async () => {
  const controller = new AbortController();
  const all = observed({ fetch: (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))) });
  const calls = together(3, (k, options) =>
    getUserById(all.config, 7, { ...options, signal: controller.signal }).catch((reason) => assert.deepEqual([reason, context.getStore()], ["enough", name(k)])));
  await sleep(20);
  context.run("whoever aborts", () => controller.abort("enough"));
  await calls;
  expectEach(all, 3, { developerToken: 1, request: 1 });
});

for (const [what, items] of [
  ["users", (k) => [{ emailAddress: `new${k}@x.example`, displayName: "x", roleId: 4 }, { emailAddress: `more${k}@x.example`, displayName: "x", roleId: 4 }]],
  ["CSV", (k) => ["emailAddress,displayName,roleId\n", `new${k}@x.example,x,4\n`, `more${k}@x.example,x,4\n`]],
]) {
  test(`planUsers: an async iterable of ${what} is read in the context of the call`, async () => {
    const all = observed();
    all.mock.addFault({ status: 503, times: 3 });
    await together(3, async (k, options) => {
      const left = items(k);
      const desired = {
        [Symbol.asyncIterator]: () => {
          all.note("iterator");
          return {
            async next() {
              all.note("next");
              await context.run("whoever reads the source", () => sleep(1));
              return left.length > 0 ? { done: false, value: left.shift() } : { done: true };
            },
          };
        },
      };
      const { changes } = await planUsers(all.config, desired, options);
      assert.deepEqual([changes.length, context.getStore()], [2, name(k)]);
    });
    // Two requests for the list, whose first one fails, and then one for the roles and one for the number of users.
    expectEach(all, 3, { ...TWICE, developerToken: 4, fetch: 4, request: 4, response: 4, iterator: 1, next: items(0).length + 1 });
  });
}

test("a callback that enters another context does not move its call into it", async () => {
  const all = observed();
  const { onEvent } = all.config;
  const config = { ...all.config, onEvent: (event) => (onEvent(event), event.type === "response" && context.enterWith("elsewhere")) };
  const ids = [...all.mock.users.keys()];
  all.mock.addFault({ status: 503, times: 2 });
  const changes = (k) => [update(ids[k], { roleId: 2 })];
  await together(2, async (k, options) => applyChanges(config, changes(k), options));
  assert.deepEqual(all.wrong, []);
});
