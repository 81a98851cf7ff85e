// The mock on a fixed local port, for tests in browsers. Each first path segment is a separate instance.
import { createServer } from "node:http";
import { mockDomo } from "../../pkg-template/mock/index.js";

export const PORT = 47113; // also in tests/*.rs
export const TOKEN = "token-for-tests";

/** Path prefix → options of the instance. */
const INSTANCES = {
  documented: {},
  attributes: { oddities: { updates: "attributes" } },
  empty: { oddities: { unknownUser: "empty" } },
  login: { oddities: { blocked: "login" } },
  moved: { oddities: { blocked: "redirect" } },
  flaky: { faults: [{ method: "GET", status: 503, times: 1 }, { method: "DELETE", drop: true, times: 1 }] },
  lost: { faults: [{ method: "POST", stall: true, afterEffect: true }] },
  stalled: { faults: [{ stall: true, times: Infinity }] },
};

const mocks = new Map();
for (const [name, options] of Object.entries(INSTANCES)) {
  mocks.set(name, await mockDomo({ users: 20, developerToken: TOKEN, ...options }).listen());
}

// One server for all of them, so that tests need only one port.
const door = createServer(async (request, response) => {
  const [, name] = request.url.split("/");
  const mock = mocks.get(name);
  if (!mock) return response.writeHead(404).end();
  const { request: forward } = await import("node:http");
  const onward = forward(`${mock.baseUrl}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => request.socket.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
});
door.on("error", (error) => {
  console.error(`port ${PORT}: ${error.message}`);
  process.exit(1);
});
door.listen(PORT, "127.0.0.1", () => console.log(JSON.stringify({ port: PORT })));
