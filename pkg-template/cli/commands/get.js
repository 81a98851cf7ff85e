// domo-users get
import { connectTo } from "../connection.js";
import { findUser, writeUser } from "../users.js";

export async function run(given, options) {
  const { domo } = await connectTo(options);
  await writeUser(domo, await findUser(domo, given), options);
}
