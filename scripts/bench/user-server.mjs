// A server that responds immediately with one user. Prints its address.
import { createServer } from "node:http";
import { mockDomo } from "../../pkg/mock/index.js";

const [user] = mockDomo({ users: 1 }).users.values();
const one = Buffer.from(JSON.stringify({ users: [user] }));
const updated = Buffer.from(JSON.stringify({ ...user, roleId: 2 }));
const server = createServer((request, response) => {
  // An update returns the updated user.
  const body = request.method === "PATCH" ? updated : one;
  response.writeHead(200, { "content-type": "application/json;charset=UTF-8", "content-length": body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
