// domo-users roles
import { connectTo } from "../connection.js";
import { writeRows } from "../output.js";
import { interrupt } from "../terminal.js";

const COLUMNS = ["id", "name", "userCount", "description"].map((title) => ({ title, value: (role) => role[title], isWhole: title === "id" }));

export async function run(options) {
  const { domo } = await connectTo(options);
  await writeRows(await domo.listRoles({ signal: interrupt }), COLUMNS, options);
}
