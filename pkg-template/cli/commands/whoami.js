// domo-users whoami
import { connectTo } from "../connection.js";
import { writeObject } from "../output.js";
import { interrupt } from "../terminal.js";

export async function run(options) {
  const { domo, host } = await connectTo(options);
  const owner = await domo.request({ method: "GET", path: "/api/content/v2/users/me" }, { signal: interrupt });
  await writeObject({ instance: host, ...owner }, options);
}
