import assert from "node:assert/strict";
import { test } from "node:test";
import { mockDomo } from "../../pkg-template/mock/index.js";
import { jane, TOKEN, USERS } from "./both.mjs";

const make = () => mockDomo({ users: 3, developerToken: TOKEN });

test("sendRequest signs and resolves to the parsed body", async () => {
  const mock = make();
  const { sendRequest } = mock.codeengine();
  const user = await sendRequest("POST", USERS, jane);
  assert.equal((await sendRequest("get", `${USERS}/${user.id}`)).users[0].displayName, "Jane");
  assert.equal((await sendRequest("PATCH", `${USERS}/${user.id}`, JSON.stringify({ roleId: 2 }), {}, "application/json")).roleId, 2);
  assert.equal(await sendRequest("PUT", "/api/authorization/v1/roles/1/users", [user.id]), null);
  assert.equal(await sendRequest("DELETE", `${USERS}/${user.id}`, null), 1);
  assert.deepEqual(mock.requests.map(({ status }) => status), [200, 200, 200, 204, 200]);
  mock.addFault({ drop: true });
  await assert.rejects(sendRequest("GET", USERS), { code: "ECONNRESET" });
});

for (const [failures, fits] of Object.entries({
  response: (error) => error.response.status === 404 && error.response.data.status === 404,
  status: (error) => error.status === 404,
  statusCode: (error) => error.statusCode === 404,
  code: (error) => error.code === 404,
  message: (error) => error.message.includes("404") && Object.keys(error).length === 0,
  string: (error) => typeof error === "string" && error.includes("404"),
})) {
  test(`failures thrown as ${failures}`, () => assert.rejects(make().codeengine({ failures }).sendRequest("GET", `${USERS}/5`), fits));
}

test("a failure that looks like a success", async () => {
  const body = await make().codeengine({ failures: "success" }).sendRequest("GET", `${USERS}/5`);
  assert.deepEqual([body.status, body.statusReason], [404, "Not Found"]);
});

test("axios needs the token", async () => {
  const mock = make();
  const { axios } = mock.codeengine();
  const url = `https://other.domo.com${USERS}`;
  const headers = { "X-DOMO-Developer-Token": TOKEN };
  await assert.rejects(axios({ url }), (error) => error.response.status === 401);
  assert.equal((await axios({ url, validateStatus: () => true })).status, 401);
  const created = await axios({ method: "post", url, headers, data: jane });
  assert.deepEqual([created.status, created.data.displayName], [200, "Jane"]);
  assert.match(created.headers["x-request-id"], /./);
  assert.equal(typeof (await axios({ url, headers, responseType: "text" })).data, "string");
  mock.addFault({ stall: true, times: 2 });
  await assert.rejects(axios({ url, headers, timeout: 20 }), { code: "ECONNABORTED" });
  await assert.rejects(axios({ url, headers, signal: AbortSignal.timeout(20) }), { code: "ERR_CANCELED" });
});
