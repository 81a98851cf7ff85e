// Calls the handler once, as Lambda does: node invoke.mjs '{"userId": 7, "roleId": 2}'
import { handler } from "./handler.mjs";

console.log(await handler({ body: process.argv[2] }));
