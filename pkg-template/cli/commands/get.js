// domo-users get
import { userAttributes } from "domo-users";
import { connectTo } from "../connection.js";
import { writeObject } from "../output.js";
import { findUser, rolesById, userColumns } from "../users.js";

export async function run(given, options) {
  const { domo } = await connectTo(options);
  const user = await findUser(domo, given);
  if (options.json) return writeObject(user, options);
  const attributes = userAttributes(user);
  const fields = Object.keys(user).filter((name) => name !== "attributes" && name !== "roleId");
  const names = [...new Set([...fields, "role", ...Object.keys(attributes)])].filter((name) => name !== "roleId");
  const columns = userColumns(names, await rolesById(domo));
  return writeObject(Object.fromEntries(columns.map(({ title, value }) => [title, value({ user, attributes })])), options);
}
