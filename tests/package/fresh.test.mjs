// Every request by fetch has cache: "no-store", unless the host rejects the field.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { update } from "../support/changes.mjs"; // also replaces Math.random, so that retry delays are short
import { folder, mockDomo } from "../support/installed.mjs";

const HostRequest = globalThis.Request;
const hostFetch = globalThis.fetch;

/** Loads a new copy of the package in a host with this `Request`; the mock keeps Node's own. */
let loaded = 0;
async function packageWith(t, HostsRequest) {
  t.after(() => Object.assign(globalThis, { Request: HostRequest, fetch: hostFetch }));
  const domoUsers = await import(`${pathToFileURL(`${folder}node_modules/domo-users/index.js`)}?fresh=${loaded++}`);
  const mock = mockDomo({ users: 60 });
  const inits = [];
  const fetch = async (url, init) => {
    inits.push(init);
    globalThis.Request = HostRequest;
    try {
      return await mock.fetch(url, init);
    } finally {
      globalThis.Request = HostsRequest;
    }
  };
  globalThis.Request = HostsRequest;
  return { ...domoUsers, mock, fetch, inits, config: { instance: "acme", developerToken: "token-token" } };
}

async function callEverything({ connect, mock }, config) {
  const domo = connect(config);
  const [id, other] = mock.users.keys();
  await domo.createUser({ displayName: "J", emailAddress: "j@new.example", roleId: 4 });
  await domo.getUserById(id);
  await domo.getAllUsers();
  await domo.updateUser(id, { roleId: 2 });
  await domo.findUserByEmail("j@new.example");
  await domo.request({ method: "GET", path: "/api/identity/v1/users" });
  for await (const user of domo.searchUsers()) assert.ok(user.id);
  for await (const user of domo.streamUsers()) assert.ok(user.id);
  assert.ok((await new Response(domo.exportUsersCsv()).text()).length);
  const { changes } = await domo.planUsers([{ id: other, emailAddress: mock.users.get(other).emailAddress, roleId: 3 }]);
  assert.equal((await domo.applyChanges([...changes, update(id, { roleId: 5 })])).failed, 0);
  await domo.deleteUser(id);
}
const caches = (inits) => [...new Set(inits.map((init) => ("cache" in init ? init.cache : "none")))];

for (const whose of ["the host's", "the caller's own"]) {
  test(`every request by ${whose} fetch has cache: "no-store"`, async (t) => {
    const host = await packageWith(t, HostRequest);
    if (whose === "the host's") globalThis.fetch = host.fetch;
    await callEverything(host, whose === "the host's" ? host.config : { ...host.config, fetch: host.fetch });
    assert.ok(host.inits.length >= 12);
    assert.deepEqual(caches(host.inits), ["no-store"]);
  });

  test(`a host that rejects the field gets ${whose} requests without it, after one check that sends no request`, async (t) => {
    let asked = 0;
    const host = await packageWith(t, class {
      constructor(url, init) {
        asked++;
        if (init?.cache !== undefined) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
      }
    });
    if (whose === "the host's") globalThis.fetch = host.fetch;
    await callEverything(host, whose === "the host's" ? host.config : { ...host.config, fetch: host.fetch });
    assert.deepEqual([caches(host.inits), asked], [["none"], 1]);
  });
}

test("a host without Request gets the field", async (t) => {
  const host = await packageWith(t, undefined);
  await host.getUserById({ ...host.config, fetch: host.fetch }, [...host.mock.users.keys()][0]);
  assert.deepEqual(caches(host.inits), ["no-store"]);
});

for (const [name, HostsRequest, expected] of [
  ["accepts", HostRequest, "no-store"],
  ["rejects", class { constructor() { throw new TypeError("no"); } }, "none"],
]) {
  test(`a failed request does not change how the host is treated that ${name} the field`, async (t) => {
    const host = await packageWith(t, HostsRequest);
    let failures = 0;
    const fetch = async (url, init) => {
      host.inits.push(init);
      if (++failures < 3) throw new TypeError("The 'cache' field on 'RequestInitializerDict' is not implemented.");
      return Response.json({ users: [{ id: 7, displayName: "x", roleId: 4 }] });
    };
    for (let n = 0; n < 2; n++) await host.getUserById({ ...host.config, fetch }, 7);
    assert.deepEqual([caches(host.inits), host.inits.length], [[expected], 4]);
  });
}
