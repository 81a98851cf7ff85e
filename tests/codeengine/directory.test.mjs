// The second Code Engine file, for whole instances, in a context with only the language: no timers, streams or encoders.
import assert from "node:assert/strict";
import { test } from "node:test";
import { domoUsers, mockDomo, rejection } from "../support/installed.mjs";
import { load as loadFile } from "../support/bare.mjs";

const load = (...given) => loadFile("domo-users-directory.js", ...given);
const USERS = "/api/identity/v1/users";
/** A copy as plain data, as one run returns it and the next receives it. */
const asData = (value) => JSON.parse(JSON.stringify(value));
const byEmail = (mock, email) => [...mock.users.values()].find(({ emailAddress }) => emailAddress === email);
const newcomers = (count) => Array.from({ length: count }, (_, n) => ({ emailAddress: `new${n}@example.com`, displayName: `New ${n}`, roleId: 4, title: "Analyst" }));

/** Code Engine's module with a clock that only requests move. */
function slowEngine(mock, msPerCall, before = () => {}) {
  const { sendRequest } = mock.codeengine();
  let now = 1_000_000;
  const calls = [];
  const codeengine = {
    async sendRequest(method, url, ...rest) {
      calls.push({ method, url, body: rest[0] });
      now += msPerCall;
      before(calls.length);
      return sendRequest(method, url, ...rest);
    },
  };
  return { calls, engine: () => load(codeengine, { now: () => now }) };
}

test("after a plan was applied, the next plan is empty", async () => {
  const mock = mockDomo({ users: 30 });
  const engine = load(mock.codeengine());
  const [first, second, third] = mock.users.values();
  const csv = `email,displayName,roleId,title,reportsTo\nanna@example.com,Ännä 太郎 🙂,2,Boss,\nben@example.com,Ben,4,,anna@example.com\n${first.emailAddress},,3,"Chief, deputy",ben@example.com\n`;
  const plan = asData(await engine.planUsers({ csv }, { matchBy: "", deleteMissing: null }));
  assert.deepEqual([plan.changes.map(({ action }) => action).sort(), plan.unchanged], [["create", "create", "update"], 0]);
  const outcome = await engine.applyChanges(plan, null, null);
  assert.deepEqual([outcome.done, outcome.failed, outcome.skipped, outcome.cursor], [3, 0, 0, null]);
  assert.deepEqual(asData(outcome), asData({ ...outcome }), "plain data");
  const [anna, ben] = ["anna@example.com", "ben@example.com"].map((email) => byEmail(mock, email));
  assert.equal(anna.displayName, "Ännä 太郎 🙂");
  assert.equal(domoUsers.userAttributes(ben).reportsTo, String(anna.id));
  assert.ok(outcome.results.some(({ userId, status }) => userId === ben.id && status === "done"));
  for (const desired of [csv, { csv, users: null }]) {
    assert.deepEqual(asData(await engine.planUsers(desired)), { changes: [], unchanged: 3, warnings: [] });
  }

  const kept = [...mock.users.values()].filter(({ id }) => id !== second.id && id !== third.id).map(({ emailAddress }) => ({ emailAddress }));
  const options = { deleteMissing: true, protect: [String(third.id)] };
  const goes = await engine.planUsers({ users: kept }, options);
  assert.deepEqual(asData(goes.changes.map(({ action, id }) => [action, id])), [["delete", second.id]]);
  assert.equal((await engine.applyChanges(goes, "", {})).done, 1);
  assert.ok(!mock.users.has(second.id) && mock.users.has(third.id));
  assert.deepEqual(asData(await engine.planUsers(kept, options)).changes, []);
});

test("with stale, a change that is in effect already is done and unsent", async () => {
  const mock = mockDomo({ users: 3 });
  const engine = load(mock.codeengine());
  const [user] = mock.users.values();
  const change = (to, from) => ({ action: "update", id: user.id, changes: { displayName: to }, before: { displayName: from } });
  const plan = [change(user.displayName, "Before"), change("After", user.displayName)];
  const { results } = asData(await engine.applyChanges(plan, null, { stale: "refuse" }));
  assert.deepEqual(results, [{ index: 0, status: "done", unsent: true, userId: user.id }, { index: 1, status: "done", userId: user.id }]);
});

test("findUserByEmail", async () => {
  const mock = mockDomo({ users: 30 });
  const engine = load(mock.codeengine());
  const [user] = mock.users.values();
  assert.equal((await engine.findUserByEmail(user.emailAddress.toUpperCase(), "")).id, user.id);
  assert.ok((await engine.findUserByEmail(user.emailAddress, "DETAILED")).attributes);
  assert.equal(await engine.findUserByEmail("nobody@example.com", null), null);
  assert.equal((await rejection(engine.findUserByEmail(null))).code, "INVALID_INPUT");
});

test("a run that ends at its deadline returns a cursor; the next runs continue, and nothing is sent twice", async () => {
  const mock = mockDomo({ users: 5 });
  const { calls, engine } = slowEngine(mock, 5_000);
  const changes = asData(await engine().planUsers({ users: newcomers(60) })).changes;
  let [cursor, runs, outcome] = [null, 0];
  do {
    const before = calls.length;
    outcome = asData(await engine().applyChanges({ changes }, cursor)); // each run loads the file again
    assert.ok(calls.length - before <= 48, "four minutes");
    assert.equal(outcome.done + outcome.failed + outcome.skipped, 60);
    assert.equal(outcome.cursor === null, outcome.done === 60);
    ({ cursor } = outcome);
    assert.ok(++runs < 10);
  } while (cursor !== null);
  assert.equal(runs, 3);
  const creates = calls.filter(({ method, url }) => method === "POST" && url === USERS).map(({ body }) => body.emailAddress);
  assert.deepEqual([creates.length, new Set(creates).size, mock.users.size], [60, 60, 65]);
  assert.equal(calls.filter(({ method }) => method === "PATCH").length, 60);
  assert.deepEqual(asData(await engine().planUsers({ users: newcomers(60) })), { changes: [], unchanged: 60, warnings: [] });
});

test("the cursor is short, and an incomplete cursor is refused", async () => {
  const mock = mockDomo({ users: 100 });
  const { engine } = slowEngine(mock, 2_000);
  const users = [...mock.users.values()].map(({ emailAddress, roleId }) => ({ emailAddress, roleId: (roleId % 5) + 1 }));
  const plan = asData(await engine().planUsers(users));
  const { cursor, skipped } = await engine().applyChanges(plan, null, { concurrency: 1, deadlineMs: 100_000 });
  assert.ok(skipped > 0 && cursor.length < 100, cursor);
  const sent = mock.requests.length;
  for (const [given, wanted] of [[cursor.slice(0, -1), plan], [cursor, { changes: plan.changes.slice(1) }], [`${cursor}x`, plan], ["x;\nend;", plan], [7, plan]]) {
    assert.equal((await rejection(engine().applyChanges(wanted, given))).code, "INVALID_INPUT", String(given));
  }
  assert.equal(mock.requests.length, sent);
  assert.equal((await engine().applyChanges(plan, cursor)).done, 100);
});

test("a change that failed in one run is not tried again by the next, but by a new plan", async () => {
  const mock = mockDomo({ users: 5 });
  mock.addFault({ method: "POST", path: USERS, status: 403, times: 20 });
  const { calls, engine } = slowEngine(mock, 10_000);
  const { changes } = asData(await engine().planUsers({ users: newcomers(30) }));
  const first = asData(await engine().applyChanges(changes));
  assert.deepEqual([first.failed, first.results[0].status, first.results[0].error.code, first.results[0].error.name], [20, "failed", "FORBIDDEN", "DomoError"]);
  assert.match(first.results[0].error.message, /403/);
  let next = first;
  while (next.cursor !== null) next = asData(await engine().applyChanges(changes, next.cursor));
  assert.deepEqual([next.done, next.failed, next.skipped], [10, 20, 0]);
  assert.deepEqual(next.results[0], { index: 0, status: "failed" });
  assert.equal(calls.filter(({ method, url }) => method === "POST" && url === USERS).length, 30);
  const again = await engine().planUsers({ users: newcomers(30) });
  assert.deepEqual([again.changes.length, again.unchanged], [20, 10]);
});

test("a create cancelled by the deadline is looked up by the next run", async () => {
  const mock = mockDomo({ users: 5 });
  const { sendRequest } = mock.codeengine();
  let [now, lost] = [0, true];
  const creates = [];
  const codeengine = {
    async sendRequest(method, url, ...rest) {
      const answer = await sendRequest(method, url, ...rest);
      if (method !== "POST" || url !== USERS) return answer;
      creates.push(rest[0].emailAddress);
      if (!lost) return answer;
      lost = false;
      now += 240_000;
      throw new Error("socket hang up");
    },
  };
  const engine = () => load(codeengine, { now: () => now });
  const { changes } = asData(await engine().planUsers({ users: newcomers(3) }));
  const first = asData(await engine().applyChanges(changes, null, { concurrency: 1 }));
  assert.deepEqual([first.done, first.failed, first.skipped, typeof first.cursor], [0, 0, 3, "string"]);
  const second = asData(await engine().applyChanges(changes, first.cursor));
  assert.deepEqual([second.done, second.cursor], [3, null]);
  assert.deepEqual([creates.length, new Set(creates).size, mock.users.size], [3, 3, 8]);
});

for (const failures of ["response", "status", "statusCode", "code", "message", "string", "success"]) {
  test(`failures of sendRequest in the form ${failures} get the same codes`, async () => {
    const mock = mockDomo({ users: 3 });
    const engine = load(mock.codeengine({ failures }));
    const [{ emailAddress }] = mock.users.values();
    const create = (email, roleId) => ({ action: "create", user: { displayName: "J", emailAddress: email, roleId } });
    const changes = [create(emailAddress, 4), create("j@example.com", 99), { action: "update", id: 5, changes: { roleId: 2 } }, { action: "delete", id: 6 }];
    const { results, cursor } = await engine.applyChanges(changes);
    assert.deepEqual(asData(results.map(({ error }) => error.code)), ["CONFLICT", "REQUEST_REJECTED", "NOT_FOUND", "NOT_FOUND"]);
    assert.equal(cursor, null);
    for (const [status, code] of [[401, "UNAUTHORIZED"], [403, "FORBIDDEN"], [503, "SERVER_ERROR"]]) {
      const failing = mockDomo({ users: 3 });
      failing.addFault({ status, times: 6 });
      const refused = load(failing.codeengine({ failures }));
      const error = await rejection(refused.planUsers({ users: newcomers(1) }));
      assert.ok(domoUsers.isDomoError(error), String(error));
      assert.deepEqual([error.code, error.status], [code, status]);
      failing.addFault({ status, times: 6 });
      assert.equal((await rejection(refused.findUserByEmail(emailAddress))).code, code);
    }
  });
}

test("invalid input is refused before anything is sent", async () => {
  const mock = mockDomo({ users: 3 });
  const engine = load(mock.codeengine());
  const csv = "email,roleId\nnope,x\n";
  for (const desired of [null, "", 7, {}, { csv, users: [] }]) assert.equal((await rejection(engine.planUsers(desired))).code, "INVALID_INPUT", JSON.stringify(desired));
  assert.match((await rejection(engine.planUsers({ csv }))).message, /row 2/);
  assert.match((await rejection(engine.planUsers([{ emailAddress: "a@b.co" }], { protected: [7] }))).message, /protected: no such option; did you mean protect\?$/);
  assert.equal((await rejection(engine.planUsers({ users: [] }, { deleteMissing: true }))).code, "INVALID_INPUT");
  assert.equal((await rejection(engine.applyChanges(null))).code, "INVALID_INPUT");
  assert.equal((await rejection(engine.applyChanges([{ action: "create", user: {} }]))).code, "INVALID_INPUT");
  assert.equal(mock.requests.length, 0);
  const kept = [...mock.users.values()].slice(2).map(({ emailAddress }) => ({ emailAddress }));
  // Of the two others, one is the owner of the token.
  assert.equal((await rejection(engine.planUsers(kept, { deleteMissing: true, maxDeletes: 0 }))).code, "TOO_MANY_DELETES");
});

test("an error names the parameter as the editor shows it", async () => {
  const mock = mockDomo({ users: 3 });
  const engine = load(mock.codeengine());
  const plan = await engine.planUsers(newcomers(2));
  const { cursor } = await engine.applyChanges(plan, null, { deadlineMs: 0 });
  const sent = mock.requests.length;
  const either = String.raw`^desired must be either \{csv: "\.\.\."\} or \{users: \[\.\.\.\]\}; got `;
  const wrong = [
    [engine.planUsers(), new RegExp(`${either}undefined$`)],
    [engine.planUsers({ csv: "email", users: [] }), new RegExp(`${either}an object$`)],
    [engine.planUsers({ csv: 7 }), new RegExp(`${either}7$`)],
    [engine.planUsers({ users: [] }, '{"matchBy":"id"}'), /^options must be an object; got "\{/],
    [engine.planUsers({ users: [] }, { matchBy: "email" }), /^matchBy must be emailAddress or id or userName; got "email"$/],
    [engine.applyChanges(), /^plan must be an array of changes, or a plan \{changes\}; got undefined$/],
    [engine.applyChanges(JSON.stringify(plan)), /^plan must be an array.*got "\{/],
    [engine.applyChanges(plan, cursor.slice(0, 9)), /^cursor must be the complete string/],
    [engine.applyChanges({ changes: plan.changes.slice(1) }, cursor), /^The cursor belongs to another plan\. Pass that plan; or, if its run is over, pass no cursor, to start this plan$/],
    [engine.applyChanges(plan, null, "concurrency: 2"), /^options must be an object; got "concurrency: 2"$/],
    [engine.findUserByEmail(), /^email must .*got undefined$/],
  ];
  for (const [call, message] of wrong) {
    const error = await rejection(call);
    assert.deepEqual([error.code, error.stack.includes(error.message)], ["INVALID_INPUT", true], error.message);
    assert.match(error.message, message);
  }
  assert.equal(mock.requests.length, sent);
});

test("an HTML page instead of users, and no response", async () => {
  const answering = (sendRequest) => load({ sendRequest });
  const plan = (sendRequest) => rejection(answering(sendRequest).planUsers([{ emailAddress: "a@b.co", displayName: "A", roleId: 4 }]));
  assert.equal((await plan(async () => "<!DOCTYPE html>")).code, "BAD_RESPONSE");
  assert.equal((await plan(async () => null)).code, "BAD_RESPONSE");
  assert.equal((await plan(async () => { throw new Error("socket hang up"); })).code, "NETWORK");
});

test("with random failures and deadlines, every create takes effect once, and in the end the instance is as desired", async () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 25; round++) {
    const mock = mockDomo({ users: 12, seed: round });
    const { sendRequest } = mock.codeengine();
    let [now, trouble] = [0, 0.3];
    const created = [];
    const codeengine = {
      async sendRequest(method, url, ...rest) {
        now += random() * 20_000;
        const fails = random() < trouble;
        if (fails && random() < 0.5) throw new Error("socket hang up"); // without an effect
        const answer = await sendRequest(method, url, ...rest);
        if (method === "POST" && url === USERS) created.push(rest[0].emailAddress);
        if (fails) throw new Error("socket hang up"); // after the effect
        return answer;
      },
    };
    const engine = load(codeengine, { now: () => now }); // all runs use the same loaded file
    const [boss, ...others] = newcomers(15).map((user) => ({ ...user, title: "" }));
    const kept = [...mock.users.values()].slice(3).map(({ emailAddress }, n) => ({ emailAddress, roleId: (n % 5) + 1 }));
    const users = [boss, ...others.map((user) => ({ ...user, reportsTo: boss.emailAddress })), ...kept];
    for (let plans = 0, left = 1; left > 0; plans++) {
      if (plans > 3) trouble = 0;
      const plan = await engine.planUsers({ users }, { deleteMissing: true }).then(asData, () => undefined);
      if (plan === undefined) continue;
      left = plan.changes.length;
      let cursor = null;
      for (let runs = 0; runs === 0 || cursor !== null; runs++) {
        assert.ok(runs < 50, "it comes to an end");
        const outcome = asData(await engine.applyChanges(plan, cursor, { deadlineMs: 60_000 }));
        assert.equal(outcome.done + outcome.failed + outcome.skipped, left);
        ({ cursor } = outcome);
      }
    }
    // The owner of the token stays, unless the request for the owner failed.
    assert.deepEqual([created.length, new Set(created).size, [24, 25].includes(mock.users.size)], [15, 15, true], `round ${round}`);
  }
});
