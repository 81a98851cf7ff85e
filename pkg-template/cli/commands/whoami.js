// domo-users whoami
import { connectTo } from "../connection.js";
import { interrupt } from "../terminal.js";
import { OWNER, writeUser } from "../users.js";

export async function run(options) {
  const { domo, host } = await connectTo(options);
  const owner = await domo.request(OWNER, { signal: interrupt });
  await writeUser(domo, owner, options, { instance: host });
}
