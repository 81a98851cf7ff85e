// domo-users search
import { connectTo } from "../connection.js";
import { listUsers } from "../list-users.js";
import { interrupt } from "../terminal.js";

export async function run(text, options) {
  const { domo } = await connectTo(options);
  await listUsers(domo, () => domo.searchUsers({ text, parts: "DETAILED", signal: interrupt }), options);
}
