// A mock instance behind a server with random faults of every kind: node server.mjs SEED
// Prints its address. After a line on standard input, prints the state of the instance and exits.
import { createServer } from "node:http";
import { once } from "node:events";
import { mockDomo } from "../../pkg-template/mock/index.js";
import { random } from "../../pkg-template/mock/people.js";

const next = random(Number(process.argv[2]));
const mock = mockDomo({ users: 500, developerToken: "soak", seed: 7 });
const USERS = "/api/identity/v1/users";
const counts = {};
/** E-mail address → number of creates that took effect or whose outcome the client could not know. */
const creates = new Map();
let burst = 0;

/** Name of a fault → how often in 10,000 requests. */
const WRONG = {
  "reset before the effect": 60, "reset after the effect": 60, "stall before the effect": 15, "stall after the effect": 15,
  "effect after the client has given up": 10, "5xx before the effect": 80, "5xx after the effect": 80, "half a body": 60,
  "503 with Retry-After": 40, "429 burst": 3, "429 burst that lasts a second": 0.3, delay: 300,
};

function pick() {
  let at = next() * 10_000;
  for (const [name, share] of Object.entries(WRONG)) if ((at -= share) < 0) return name;
  return "nothing wrong";
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const status5xx = () => [500, 502, 503, 504, 408][Math.floor(next() * 5)];

async function answer(request, body, response) {
  const effect = async () => {
    if (request.method === "PATCH") {
      // Ignores an update whose client gave up while the machine was busy: the end of the connection is read after the request.
      await wait(1);
      if (request.socket.destroyed) throw new Error("nobody waits for this update");
    }
    const got = await mock.fetch(`https://soak.domo.com${request.url}`, { method: request.method, headers: request.headers, body });
    return { status: got.status, headers: Object.fromEntries(got.headers), text: await got.text() };
  };
  const send = ({ status, headers = {}, text }) => response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) }).end(text);
  const refuse = (status, headers) => send({ status, headers, text: "" });

  if (burst > 0) {
    burst--;
    return refuse(429, { "retry-after": "0" });
  }
  const wrong = pick();
  counts[wrong] = (counts[wrong] ?? 0) + 1;
  const refused = wrong.startsWith("429") || wrong.startsWith("503");
  if (request.method === "POST" && request.url === USERS && !refused) {
    const { emailAddress } = JSON.parse(body);
    creates.set(emailAddress, (creates.get(emailAddress) ?? 0) + 1);
  }
  switch (wrong) {
    case "reset before the effect": return request.socket.destroy();
    case "reset after the effect": await effect(); return request.socket.destroy();
    case "stall before the effect": return undefined;
    case "stall after the effect": await effect(); return undefined;
    case "effect after the client has given up":
      // Only for creates and deletes: a late update would overwrite a later one.
      if (request.method === "POST" || request.method === "DELETE") return void wait(2000).then(effect);
      return undefined;
    case "5xx before the effect": return refuse(status5xx());
    case "5xx after the effect": await effect(); return refuse(status5xx());
    case "503 with Retry-After": return refuse(503, { "retry-after": "0" });
    case "429 burst": burst = 30; return refuse(429, next() < 0.5 ? { "retry-after": "0" } : {});
    case "429 burst that lasts a second": return refuse(429, { "retry-after": "1" });
    case "half a body": {
      const { status, headers, text } = await effect();
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) + 1 });
      response.write(text.slice(0, text.length >> 1));
      return response.socket?.destroySoon();
    }
    case "delay": await wait(next() * 30); break;
  }
  return send(await effect());
}

const server = createServer(async (request, response) => {
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
    await answer(request, chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined, response);
  } catch {
    request.socket.destroy(); // the client closed the connection before sending its body
  }
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
await once(process.stdin, "data");
const twice = [...creates].filter(([, sent]) => sent > 1).map(([email]) => email);
process.stdout.write(`${JSON.stringify({ users: [...mock.users.values()], counts, twice })}\n`, () => process.exit(0));
