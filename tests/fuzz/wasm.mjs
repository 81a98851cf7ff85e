// Any arguments, any host, over the built package: node wasm.mjs [RUNS] [SEED]. Every promise settles, with a value or a DomoError.
import fc from "fast-check";
import { domoUsers } from "../support/installed.mjs";

const [runs = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const TOKEN = "canary-token-0123456789";
const CODES = new Set([
  "INVALID_CONFIG", "INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED", "REQUEST_REJECTED", "SERVER_ERROR",
  "REDIRECTED", "BAD_RESPONSE", "NETWORK", "TIMEOUT", "OUTCOME_UNKNOWN",
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

/** name and arguments of a call */
const call = fc.oneof(
  fc.tuple(fc.constant("createUser"), mostly(user), options),
  fc.tuple(fc.constant("getUserById"), id, options),
  fc.tuple(fc.constant("getAllUsers"), options),
  fc.tuple(fc.constant("updateUser"), id, mostly(fc.oneof(user, fc.record({ attributes }))), options),
  fc.tuple(fc.constant("deleteUser"), id, options),
  fc.tuple(fc.constant("request"), mostly(what), options),
  fc.tuple(fc.constant("userAttributes"), mostly(fc.record({ attributes: mostly(attributes) }))),
);

/** What the host's fetch comes up with. */
const json = fc.oneof(
  fc.constantFrom('{"users":[{"id":7,"displayName":"J","roleId":1,"emailAddress":"a@b.co"}]}', '{"id":"7","roleId":2}', "1", "", "null", "<html>", '{"users":[]}', `"${TOKEN}"`, "\ufeff1", '{"__proto__":{"x":1}}'),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: "binary" }),
);
const status = fc.oneof(fc.constantFrom(200, 201, 204, 303, 400, 401, 403, 404, 409, 429, 500, 503), fc.nat(999));
const headers = fc.constantFrom(undefined, {}, { "retry-after": "0" }, { "retry-after": "999", "x-request-id": TOKEN }, { "content-type": "text/plain" });
const host = fc.oneof(
  { weight: 8, arbitrary: fc.record({ status, headers, text: json.map((text) => () => text) }) },
  { weight: 1, arbitrary: anything },
  { weight: 1, arbitrary: anything.map((thrown) => ({ thrown })) },
);
const transport = fc.constantFrom("fetch", "axios", "codeengine");

function config(by, coming) {
  const give = () => {
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

const property = fc.asyncProperty(call, transport, host, async ([name, ...args], by, coming) => {
  let outcome = "value";
  try {
    await (name === "userAttributes" ? domoUsers.userAttributes(...args) : domoUsers[name](config(by, coming), ...args));
  } catch (error) {
    if (!domoUsers.isDomoError(error) || !CODES.has(error.code)) throw new Error(`${name} by ${by}: ${error}`, { cause: error });
    // Code Engine is never given one.
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
