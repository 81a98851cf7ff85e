// Tests as users write them with the mock, for any test environment: without assertions of Node, only with the globals of the environment.

const check = (name, got, expected) => {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${name}: got ${a}, expected ${b}`);
};
const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("a promise should have been rejected");
};
const JANE = { displayName: "Jané", emailAddress: "jane@example.com", roleId: 4 };
const USERS = "/api/identity/v1/users";

/** Each scenario gets the package, the mock module and its own mock instance. */
exports.SCENARIOS = {
  async "every endpoint through mock.fetch"({ connect, isDomoError, mock, config }) {
    const domo = connect(config);
    const created = await domo.createUser(JANE);
    check("displayName", (await domo.getUserById(created.id)).displayName, JANE.displayName);
    check("all", (await domo.getAllUsers({ parts: "DETAILED" })).length, 6);
    await domo.updateUser(created.id, { roleId: 2 });
    check("found", (await domo.findUserByEmail("JANE@example.com")).roleId, 2);
    const found = [];
    for await (const { emailAddress } of domo.searchUsers({ text: "jane@" })) found.push(emailAddress);
    check("search", found, [JANE.emailAddress]);
    await domo.deleteUser(created.id);
    const error = await failure(domo.getUserById(created.id));
    check("not found", [isDomoError(error), error.code, error.status, typeof error.requestId, typeof error.toe], [true, "NOT_FOUND", 404, "string", "string"]);
    check("left", mock.users.size, 5);
    check("requests", mock.requests.map(({ method, status }) => `${method} ${status}`).slice(0, 2), ["POST 200", "GET 200"]);
  },

  async "a plan from CSV as a string and as bytes, applied; a stream"({ connect, mock, config }) {
    const domo = connect(config);
    const csv = `email,displayName,roleId,title\nann@example.com,Ann Münster,4,Chef d’équipe\n`;
    const bytes = Uint8Array.from(unescape(encodeURIComponent(csv)), (letter) => letter.charCodeAt(0));
    const plan = await domo.planUsers(csv);
    check("plan", plan.changes.map(({ action }) => action), ["create"]);
    check("the same from bytes", (await domo.planUsers(bytes)).changes, plan.changes);
    // In Jest's jsdom, a Buffer is not an instance of the environment's Uint8Array.
    check("the same from a Buffer", (await domo.planUsers(Buffer.from(csv))).changes, plan.changes);
    check("applied", (await domo.applyChanges(plan)).done, 1);
    const names = [];
    for await (const { displayName } of domo.streamUsers()) names.push(displayName);
    check("streamed", [names.length, names[5]], [6, "Ann Münster"]);
    check("nothing left", (await domo.planUsers(csv)).changes, []);
    check("attribute", [...mock.users.values()][5].attributes.find(({ key }) => key === "title").values, ["Chef d’équipe"]);
  },

  async "faults, retries and aborts"({ connect, mock, config }) {
    const domo = connect(config);
    mock.addFault({ status: 429, headers: { "Retry-After": "0" } });
    mock.addFault({ drop: true });
    check("after two faults", (await domo.getAllUsers()).length, 5);
    mock.addFault({ cutBodyAt: 10 });
    check("cut off", (await failure(domo.getAllUsers({ maxRetries: 0 }))).code, "NETWORK");
    check("a taken address", (await failure(domo.createUser({ ...JANE, emailAddress: [...mock.users.values()][0].emailAddress }))).code, "CONFLICT");
    mock.addFault({ stall: true });
    check("a time limit", (await failure(domo.getUserById(7, { timeoutMs: 20, maxRetries: 0 }))).code, "TIMEOUT");
    mock.addFault({ stall: true });
    const controller = new AbortController();
    const before = mock.requests.length;
    const stopped = failure(domo.getUserById(7, { signal: controller.signal }));
    while (mock.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    check("aborted", (await stopped).name, "AbortError");
    check("a wrong token", (await failure(connect({ ...config, developerToken: "wrong" }).getAllUsers())).code, "UNAUTHORIZED");
  },

  async "mock.fetch, called as fetch is"({ mock }) {
    const headers = { "X-DOMO-Developer-Token": "t", "Content-Type": "application/json" };
    const response = await mock.fetch(`https://acme.domo.com${USERS}`, { method: "post", headers, body: JSON.stringify(JANE) });
    check("response", [response.status, response.ok, response.headers.get("CONTENT-TYPE"), response.redirected], [200, true, "application/json;charset=UTF-8", false]);
    check("json", (await response.json()).displayName, JANE.displayName);
    await failure(response.text()); // a body can be read only once
    const listed = await mock.fetch(new URL(`https://acme.domo.com${USERS}?limit=1`), { headers: Object.entries(headers) });
    check("text", JSON.parse(await listed.text()).users.length, 1);
    const path = await mock.fetch(USERS, { headers: typeof Headers === "function" ? new Headers(headers) : headers });
    check("a path alone", path.status, 200);
    const deleted = await mock.fetch(`${USERS}/7`, { method: "DELETE", headers });
    check("unknown", [deleted.status, deleted.ok, deleted.headers.get("nothing")], [404, false, null]);
    for (const init of [{ body: "x" }, { method: "GET", body: "" }, { headers: { "a b": "c" } }, { headers: { a: "b\nc" } }, { headers: { a: "\u4e00" } }, { method: "a b" }]) {
      await failure(mock.fetch(USERS, init)); // a TypeError, except in happy-dom
    }
    check("requests", mock.requests.length, 4);
  },

  async "what the environment lacks is named"({ connect, mock, config }) {
    const headers = { "X-DOMO-Developer-Token": "t" };
    const domo = connect(config);
    if (typeof ReadableStream === "function") {
      const { value } = await domo.exportUsersCsv().getReader().read();
      check("csv", ArrayBuffer.isView(value), true);
    } else {
      const said = await failure(Promise.resolve().then(() => domo.exportUsersCsv()));
      check("no streams", /ReadableStream/.test(said.message), true);
    }
    if (typeof Request === "function") return;
    const form = await failure(mock.fetch(USERS, { method: "POST", headers, body: new FormData() }));
    check("no Request", form.message, "mock.fetch: this runtime has no Request, so a body must be a string, bytes or URLSearchParams; got FormData");
    const response = await mock.fetch(USERS, { headers });
    check("no Response", /no Response/.test((await failure(response.blob())).message), true);
    check("bytes", new Uint8Array(await response.arrayBuffer())[0], 123);
  },

  async "the stand-ins for Code Engine and axios"({ connect, mock }) {
    check("signed", (await connect({ codeengine: mock.codeengine() }).getAllUsers()).length, 5);
    check("axios", (await connect({ instance: "acme", developerToken: "t", allowBrowserToken: true, axios: mock.codeengine().axios }).getAllUsers()).length, 5);
    const byBytes = await connect({ codeengine: mock.codeengine() }).planUsers([{ emailAddress: "new@example.com", displayName: "Née", roleId: 4 }]);
    check("plan", byBytes.changes.length, 1);
  },

  async "the functions of a client can be spied on, and errors are instances of DomoError"({ connect, DomoError, config, spyOn }) {
    const domo = connect(config);
    const error = await failure(domo.getUserById(7));
    check("instanceof", [error instanceof DomoError, error instanceof Error, error.code], [true, true, "NOT_FOUND"]);
    const made = new DomoError("CONFLICT", "taken", { status: 409 });
    const spy = spyOn(domo, "getUserById").mockRejectedValue(made);
    check("replaced", (await failure(domo.getUserById(7))) === made, true);
    check("calls", spy.mock.calls, [[7]]);
    spy.mockRestore();
    check("restored", (await failure(domo.getUserById(7))).status, 404);
  },

  async "the instance's roles, owner and attribute keys"({ connect, mockDomo, config }) {
    const mock = mockDomo({ users: 5, roles: [{ id: 4, name: "Staff" }], attributeKeys: ["badge"] });
    const domo = connect({ ...config, fetch: mock.fetch });
    const read = (path) => domo.request({ method: "GET", path });
    check("roles", (await read("/api/authorization/v1/roles")).map(({ name, userCount }) => [name, userCount]), [["Staff", 5]]);
    check("owner", (await read("/api/content/v2/users/me")).id, [...mock.users.keys()][0]);
    check("keys", (await read("/api/user/v1/properties/meta/keys")).some(({ key }) => key === "badge"), true);
  },

  async "users of one's own are copied"({ mockDomo }) {
    const own = [{ id: 7, ...JANE, attributes: [{ key: "title", values: ["A"] }] }];
    const mock = mockDomo({ users: own });
    mock.users.get(7).attributes[0].values[0] = "B";
    check("copied", own[0].attributes[0].values, ["A"]);
  },

  /** Uses Node's http client, since the environment's own fetch may enforce CORS or not exist. */
  async "mock.listen()"({ mock, http }) {
    const { baseUrl, close } = await mock.listen();
    const call = (method, path, body) =>
      new Promise((resolve, reject) => {
        const headers = { "X-DOMO-Developer-Token": "t", "Content-Type": "application/json" };
        const request = http.request(`${baseUrl}${path}`, { method, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => (text += chunk)).on("end", () => resolve([response.statusCode, text]));
        });
        request.on("error", reject).end(body);
      });
    const [status, text] = await call("POST", USERS, JSON.stringify(JANE));
    check("created", [status, JSON.parse(text).displayName], [200, JANE.displayName]);
    check("listed", JSON.parse((await call("GET", USERS))[1]).users.length, 6);
    await close();
  },
};

/** Runs a scenario. */
exports.run = (name, domoUsers, mockDomo, more) => {
  const mock = mockDomo({ users: 5, developerToken: "t" });
  // To the package, jsdom and happy-dom look like pages, and a token in a page must be allowed.
  const config = { instance: "acme", developerToken: "t", fetch: mock.fetch, allowBrowserToken: true };
  return exports.SCENARIOS[name]({ ...domoUsers, mockDomo, mock, config, ...more });
};
