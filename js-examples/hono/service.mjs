// node service.mjs
// A service for many people: each request brings the Domo token of its caller, as `Authorization: Bearer …`, and all requests share one client.
//   GET  /users/1000099991   one user
//   GET  /users?role=Admin   the users who have a role
//   POST /plans              the changes that a CSV file would make: curl -H "Authorization: Bearer $TOKEN" --data-binary @people.csv http://127.0.0.1:3000/plans
import { AsyncLocalStorage } from "node:async_hooks";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { connect, formatPlan, isDomoError } from "domo-users";

const { DOMO_INSTANCE: instance, DOMO_BASE_URL: baseUrl, PORT = "3000" } = process.env;
const requests = new AsyncLocalStorage();

// The function runs in the async context of the call that needs the token, so it finds the token of that request. What the requests share is the client's pause
// after a 429.
const domo = connect({ ...(baseUrl ? { baseUrl } : { instance }), developerToken: () => requests.getStore().token });

const app = new Hono();
// The path is logged, the headers are not: they hold the token.
app.use(async (c, next) => {
  await next();
  console.log(`${c.req.method} ${c.req.path} ${c.res.status}`);
});
// Domo itself decides whether a token is valid.
app.use(bearerAuth({ verifyToken: (token, c) => (c.set("token", token), true) }));
app.use((c, next) => requests.run({ token: c.get("token") }, next));

app.get("/users/:id", async (c) => c.json(await domo.getUserById(c.req.param("id"), { parts: "DETAILED" })));

app.get("/users", async (c) => {
  const name = c.req.query("role") ?? "";
  const role = (await domo.listRoles()).find((role) => role.name.toLowerCase() === name.toLowerCase());
  if (!role) return c.json({ code: "INVALID_INPUT", message: `The instance has no role "${name}". Write ?role= and the name of a role.` }, 400);
  const users = [];
  for await (const user of domo.streamUsers({ parts: "SIMPLE" })) if (String(user.roleId) === String(role.id)) users.push(user);
  return c.json(users);
});

app.post("/plans", bodyLimit({ maxSize: 10 * 1024 * 1024 }), async (c) => {
  const plan = await domo.planUsers(new Uint8Array(await c.req.arrayBuffer()));
  return c.json({ text: formatPlan(plan), plan });
});

const STATUSES = {
  INVALID_INPUT: 400, UNAUTHORIZED: 401, FORBIDDEN: 403, NOT_FOUND: 404, CONFLICT: 409, TOO_MANY_DELETES: 409, STALE: 409, RATE_LIMITED: 429,
  INVALID_CONFIG: 500, INTERNAL: 500, TIMEOUT: 504,
};

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  if (!isDomoError(error)) {
    console.error(error);
    return c.json({ code: "INTERNAL", message: "The service failed." }, 500);
  }
  const { code, message, rows, retryAfterMs } = error;
  if (retryAfterMs !== undefined) c.header("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  return c.json({ code, message, rows }, STATUSES[code] ?? 502); // 502: the instance failed, or could not be reached
});

serve({ fetch: app.fetch, port: Number(PORT), hostname: "127.0.0.1" }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
