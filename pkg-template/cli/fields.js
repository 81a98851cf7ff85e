// Names of fields and attributes that a command was given, such as those of `--columns`.
import { CliError, EXIT } from "./errors.js";
import { textOfStream } from "./output.js";
import { interrupt } from "./terminal.js";

const KEYS = "/api/user/v1/properties/meta/keys";
/** The request for the attribute keys of the instance. */
export const KEYS_REQUEST = { method: "GET", path: KEYS, query: { issuerTypes: "idp,domo-defined,customer-defined" } };

/** Returns the fields and attribute keys that names mean, in their order. They are understood as the columns of an export are; unknown ones are refused. */
export async function fieldsOf(domo, names, option) {
  const wanted = [...new Set(names)].filter((name) => name !== "role");
  const own = await defaultColumns();
  if (wanted.every((name) => own.includes(name))) return names;
  const meanings = await meaningsOf(wanted, own, await attributeKeys(domo), option);
  return names.map((name) => meanings.get(name) ?? name);
}

/** Returns the columns that an export has unless others are named. */
async function defaultColumns() {
  const { usersToCsv } = await import("domo-users");
  const [header] = (await textOfStream(usersToCsv([]))).split("\r\n");
  return header.split(",");
}

/** Returns the attribute keys of the instance that no default column has; undefined if the token may not list keys. */
export async function otherKeys(domo) {
  const own = await defaultColumns();
  const keys = await attributeKeys(domo);
  return keys?.map(({ key }) => key).filter((key) => !own.includes(key));
}

/** Returns the columns of an export with all attributes of the instance. */
export async function allColumns(domo) {
  const keys = await attributeKeys(domo);
  if (keys === undefined) throw new CliError("The instance did not list its attribute keys, which --all-attributes needs. Name the columns with --columns.", EXIT.FAILED);
  return withKeys(await defaultColumns(), keys);
}

/** Returns columns together with attribute keys that are not among them. */
const withKeys = (columns, keys) => [...new Set([...columns, ...keys.map(({ key }) => key)])];

/** Returns the attribute keys that the instance lists; undefined if the token may not list them. */
async function attributeKeys(domo) {
  try {
    return await domo.request(KEYS_REQUEST, { signal: interrupt });
  } catch (error) {
    if (["FORBIDDEN", "NOT_FOUND", "BAD_RESPONSE"].includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * Returns name → field. The package does not export the meaning of a column, so a user is exported whose values are the numbers of the fields.
 */
async function meaningsOf(names, own, listed, option) {
  const { exportUsersCsv } = await import("domo-users");
  const fields = withKeys(own, listed ?? []);
  const user = { attributes: fields.map((key, number) => ({ key, values: [number] })) };
  for (const field of ["id", "displayName", "userName", "roleId", "emailAddress"]) user[field] = fields.indexOf(field);
  const fetch = async (url) => {
    if (!url.includes(KEYS)) return Response.json({ users: [user] });
    return listed ? Response.json(listed) : new Response("", { status: 404 });
  };
  try {
    const csv = await textOfStream(exportUsersCsv({ instance: "none", developerToken: "none", fetch, maxRetries: 0 }, { columns: names }));
    // Names with a comma or a quote stand in the header only.
    const cells = csv.trimEnd().split("\r\n").at(-1).split(",");
    return new Map(names.map((name, index) => [name, fields[cells[index]]]));
  } catch (error) {
    throw inOption(error, option);
  }
}

/** Returns an error about columns with the name of the option that named them. */
export const inOption = (error, option) => (error.code === "INVALID_INPUT" ? new CliError(error.message.replaceAll(/^columns\b|(?<=\n|; )columns\b/g, option)) : error);
