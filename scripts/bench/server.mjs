// A server that responds immediately with one user or with a prepared list. Prints its address.
import { createServer } from "node:http";
import { mockDomo } from "../../pkg/mock/index.js";

const users = [...mockDomo({ users: Number(process.argv[2]) }).users.values()];
const list = Buffer.from(JSON.stringify({ users }));
const one = Buffer.from(JSON.stringify({ users: [users[0]] }));
const updated = Buffer.from(JSON.stringify({ ...users[0], roleId: 2 }));
const server = createServer((request, response) => {
  // An update returns the updated user.
  const body = request.method === "PATCH" ? updated : /\/users\/\d+/.test(request.url) ? one : list;
  response.writeHead(200, { "content-type": "application/json;charset=UTF-8", "content-length": body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
