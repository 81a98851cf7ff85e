// Random arguments and a random host for the built package: node wasm.mjs [RUNS] [SEED]. Every promise settles, with a value or a DomoError.
import fc from "fast-check";
import { domoUsers } from "../support/installed.mjs";

const [runs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
Math.random = () => 0; // fixes the jitter: delays take no time
const TOKEN = "canary-token-0123456789";
const CODES = new Set([
  "INVALID_CONFIG", "INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED", "REQUEST_REJECTED", "SERVER_ERROR",
  "REDIRECTED", "BAD_RESPONSE", "NETWORK", "TIMEOUT", "OUTCOME_UNKNOWN", "TOO_MANY_DELETES", "STALE",
]);

const anything = fc.anything({ maxDepth: 2, maxKeys: 4, withBigInt: true, withNullPrototype: true, withSparseArray: true, withDate: true, withMap: true });
const mostly = (good) => fc.oneof({ weight: 20, arbitrary: good }, { weight: 1, arbitrary: anything });
const user = fc.record({ displayName: mostly(fc.string({ minLength: 1 })), emailAddress: mostly(fc.constantFrom("a@b.co", "ü@ö.de", "x")), roleId: mostly(fc.integer({ min: 1 })) }, { requiredKeys: [] });
const attributes = fc.array(fc.record({ key: mostly(fc.string()), values: mostly(fc.array(anything, { maxLength: 3 })) }), { maxLength: 3 });
const id = mostly(fc.oneof(fc.integer({ min: 1 }), fc.integer({ min: 1 }).map(String)));
const options = mostly(
  fc.record(
    { parts: mostly(fc.constantFrom("MINIMAL", "role,groups", ["DETAILED"])), timeoutMs: mostly(fc.constantFrom(0, 1000)), headers: mostly(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })) },
    { requiredKeys: [] },
  ),
);
const what = fc.record({ method: mostly(fc.constantFrom("GET", "post", "DELETE")), path: mostly(fc.webPath()), query: mostly(fc.dictionary(fc.string(), anything, { maxKeys: 2 })), body: anything }, { requiredKeys: [] });

const change = fc.oneof(
  fc.record({ action: fc.constant("create"), user, then: mostly(fc.record({ attributes })) }, { requiredKeys: ["action", "user"] }),
  fc.record({ action: fc.constant("update"), id, changes: mostly(user), before: mostly(user) }, { requiredKeys: ["action", "id", "changes"] }),
  fc.record({ action: fc.constant("delete"), id, before: mostly(user) }, { requiredKeys: ["action", "id"] }),
  anything,
);
const person = fc.record({ emailAddress: mostly(fc.constantFrom("a@b.co", "c@d.co")), id, roleId: anything, title: anything, reportsTo: mostly(fc.constantFrom("7", "c@d.co")) }, { requiredKeys: [] });
const csv = fc.oneof(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: fc.constantFrom("a", "@", ".", ",", '"', "\n", "\r", "=", "'", "é") })).map((rows) => `email,displayName,x\n${rows.join("\n")}`));
const desired = mostly(fc.oneof(fc.array(mostly(person), { maxLength: 4 }), csv, csv.map((text) => new TextEncoder().encode(text))));
const planOptions = mostly(fc.record({ matchBy: mostly(fc.constantFrom("id", "userName")), deleteMissing: mostly(fc.boolean()), protect: mostly(fc.array(id, { maxLength: 2 })), emptyCells: mostly(fc.constant("clear")) }, { requiredKeys: [] }));

const changes = fc.array(change, { maxLength: 3 });

/** Returns the name and the arguments of a random call. */
const call = fc.oneof(
  fc.tuple(fc.constant("findUserByEmail"), mostly(fc.constantFrom("a@b.co", "A@B.CO")), options),
  fc.tuple(fc.constant("searchUsers"), mostly(fc.record({ text: mostly(fc.string()), pageSize: mostly(fc.constant(50)) }, { requiredKeys: [] }))),
  fc.tuple(fc.constant("streamUsers"), options),
  fc.tuple(fc.constant("exportUsersCsv"), mostly(fc.record({ columns: mostly(fc.array(fc.string(), { maxLength: 3 })), rawCells: mostly(fc.boolean()) }, { requiredKeys: [] }))),
  fc.tuple(fc.constant("planUsers"), desired, planOptions),
  fc.tuple(fc.constant("applyChanges"), mostly(fc.array(change, { maxLength: 3 })), mostly(fc.record({ concurrency: mostly(fc.constant(2)), cursor: mostly(fc.constant(null)), stale: mostly(fc.constant("refuse")) }, { requiredKeys: [] }))),
  fc.tuple(fc.constant("createUser"), mostly(user), options),
  fc.tuple(fc.constant("getUserById"), id, options),
  fc.tuple(fc.constant("getAllUsers"), options),
  fc.tuple(fc.constant("updateUser"), id, mostly(fc.oneof(user, fc.record({ attributes }))), options),
  fc.tuple(fc.constant("deleteUser"), id, options),
  fc.tuple(fc.constant("request"), mostly(what), options),
  fc.tuple(fc.constant("formatPlan"), mostly(fc.oneof(changes, fc.record({ changes, unchanged: anything, warnings: anything, names: anything }))), mostly(fc.record({ color: mostly(fc.boolean()), maxChanges: mostly(fc.nat(3)) }, { requiredKeys: [] }))),
  fc.tuple(fc.constant("undoPlan"), mostly(changes), mostly(fc.record({ results: mostly(fc.array(fc.record({ index: fc.nat(2), status: fc.constantFrom("done", "failed"), user: mostly(user) }), { maxLength: 3 })) }))),
  fc.tuple(fc.constant("userAttributes"), mostly(fc.record({ attributes: mostly(attributes) }))),
);

/** Returns a random result of the host's fetch. */
const json = fc.oneof(
  fc.constantFrom('{"users":[{"id":7,"displayName":"J","roleId":1,"emailAddress":"a@b.co"}]}', '{"id":"7","roleId":2}', "1", "", "null", "<html>", '{"users":[]}', `"${TOKEN}"`, "\ufeff1", '{"__proto__":{"x":1}}'),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: "binary" }),
);
const status = fc.oneof(fc.constantFrom(200, 201, 204, 303, 400, 401, 403, 404, 409, 429, 500, 503), fc.nat(999));
const headers = fc.constantFrom(undefined, {}, { "retry-after": "0" }, { "retry-after": "999", "x-request-id": TOKEN }, { "content-type": "text/plain" });
/** A body in chunks of random length. */
const pieces = fc.tuple(json, fc.integer({ min: 1, max: 9 })).map(([text, length]) => () => {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({ pull: (stream) => (at < bytes.length ? stream.enqueue(bytes.subarray(at, (at += length))) : stream.close()) }, { highWaterMark: 0 });
});
const host = fc.oneof(
  { weight: 8, arbitrary: fc.record({ status, headers, text: json.map((text) => () => text) }) },
  { weight: 2, arbitrary: fc.tuple(status, pieces).map(([status, make]) => ({ status, get body() { return make(); }, text: () => "" })) },
  { weight: 1, arbitrary: anything },
  { weight: 1, arbitrary: anything.map((thrown) => ({ thrown })) },
);
const transport = fc.constantFrom("fetch", "axios", "codeengine");

function config(by, coming) {
  let asked = 0;
  const give = () => {
    // applyChanges waits minutes for an instance that returns only 429: this instance fails after a few.
    if (++asked > 6 && (coming?.status === 429 || coming?.statusCode === 429)) throw new Error("broken down");
    if (typeof coming === "object" && coming !== null && "thrown" in coming) throw coming.thrown;
    return coming;
  };
  if (by === "codeengine") return { codeengine: { sendRequest: async () => give() }, maxRetries: 0 };
  return { instance: "acme", developerToken: TOKEN, maxRetries: 0, [by]: async () => give() };
}

let settled = 0;
const tally = new Map();
process.on("unhandledRejection", (error) => {
  console.error("unhandledRejection", error);
  process.exit(1);
});
const watch = setInterval(() => {
  if (watch.last === settled) {
    console.error(`a promise did not settle after ${settled} runs`);
    process.exit(1);
  }
  watch.last = settled;
}, 30_000);

const SYNCHRONOUS = ["userAttributes", "formatPlan", "undoPlan"];

/** Makes the call and reads its whole result. */
async function take(name, by, coming, args) {
  if (SYNCHRONOUS.includes(name)) return domoUsers[name](...args);
  const given = domoUsers[name](config(by, coming), ...args);
  if (name === "searchUsers" || name === "streamUsers") for await (const _ of given);
  return name === "exportUsersCsv" ? new Response(given).text() : given;
}

const property = fc.asyncProperty(call, transport, host, async ([name, ...args], by, coming) => {
  let outcome = "value";
  try {
    const answer = await take(name, by, coming, args);
    for (const { error } of name === "applyChanges" ? answer.results : []) {
      if (error !== undefined && (!domoUsers.isDomoError(error) || !CODES.has(error.code))) throw new Error(`${name} by ${by}: ${error}`, { cause: error });
    }
  } catch (error) {
    if (!domoUsers.isDomoError(error) || !CODES.has(error.code)) throw new Error(`${name} by ${by}: ${error}`, { cause: error });
    // Code Engine never receives a token.
    if (by !== "codeengine" && `${error.message} ${error.stack} ${error.cause?.stack} ${JSON.stringify(error)}`.includes(TOKEN)) throw new Error(`the token shows in ${error}`);
    outcome = error.code;
  }
  if ({}.x !== undefined) throw new Error("Object.prototype was polluted");
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  settled++;
});
const begun = Date.now();
await fc.assert(property, { numRuns: runs, seed, endOnFailure: false });
clearInterval(watch);
console.log([...tally].sort().map(([outcome, n]) => `  ${outcome.padEnd(18)}${String(n).padStart(9)}`).join("\n"));
console.log(`${settled} random calls over the built package settled, seed ${seed}, in ${Math.round((Date.now() - begun) / 1000)} s`);
