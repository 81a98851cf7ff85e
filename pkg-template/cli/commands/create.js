// domo-users create
import { connect, userAttributes } from "domo-users";
import { commandLine } from "../command-line.js";
import { connectTo } from "../connection.js";
import { readData } from "../data.js";
import { CliError, EXIT } from "../errors.js";
import { folded, reasonsOf, refuseUnchangeable, valuesOf, withoutRows } from "../single-users.js";
import { interrupt, say, warn } from "../terminal.js";
import { labelOf, writeUser } from "../users.js";

const USERS = "/api/identity/v1/users";
const SEARCH = `${USERS}/search`;

export async function run(options) {
  const wanted = await wantedUser(options);
  const { domo, settings } = await connectTo(options);
  const plan = await planCreate(domo, settings, wanted, options);
  for (const warning of withoutRows(plan).warnings) warn(warning);
  const { results } = await domo.applyChanges(plan, { signal: interrupt });
  const [{ status, user, error }] = results;
  if (status !== "done") throw failure(user, error);
  if (interrupt.aborted) return say(`The user was created with the id ${user.id}.`);
  await writeUser(domo, await readCreated(domo, user), options);
}

/** Returns a user who was created as the instance has it; if it cannot be read, as the create returned it, with a warning. */
async function readCreated(domo, created) {
  try {
    return await domo.getUserById(created.id, { parts: "DETAILED", signal: interrupt });
  } catch (error) {
    warn(`The user was created with the id ${created.id}, but could not be read: ${error.message}`);
    return created;
  }
}

/** Returns the user that the options and `--data` describe, as a row of a list. */
async function wantedUser({ name, email, role, set = {}, data, tokenStdin }) {
  const given = data === undefined ? {} : await readData(data, { tokenStdin });
  if (Object.keys({ ...given, ...set }).some((field) => folded(field) === "id")) throw new CliError("The instance gives a new user an id. Leave id out.");
  refuseUnchangeable({ ...given, ...set });
  refuseSecondValues({ "--name": name, "--email": email, "--role": role }, set);
  const { attributes, ...fields } = given;
  const row = { ...fields, ...(attributes !== undefined && userAttributes({ attributes })), ...Object.fromEntries(Object.entries(set).map(([key, value]) => [key, valuesOf(value)])) };
  for (const [field, value] of Object.entries({ displayName: name, emailAddress: email, roleId: role })) if (value !== undefined) row[field] = value;
  if (row.roleId === undefined && row.role !== undefined) row.roleId = row.role;
  delete row.role;
  const missing = Object.entries({ "--name": row.displayName, "--email": row.emailAddress, "--role": row.roleId }).filter(([, value]) => value === undefined || String(value).trim() === "");
  if (missing.length > 0) throw new CliError(`A new user needs ${missing.map(([option]) => option).join(", ")}. Give them as options, or as displayName, emailAddress and roleId in --data.`);
  return row;
}

/** The fields that options of their own set, folded. */
const FIELDS_OF_OPTIONS = { "--name": ["displayname"], "--email": ["emailaddress", "email"], "--role": ["roleid", "role"] };

/** Refuses --set for a field that an option of its own sets too. */
function refuseSecondValues(options, set) {
  for (const [option, fields] of Object.entries(FIELDS_OF_OPTIONS)) {
    const second = Object.keys(set).find((key) => fields.includes(folded(key)));
    if (second !== undefined && options[option] !== undefined) throw new CliError(`${option} and --set ${second} are for the same field. Give one of them.`);
  }
}

/**
 * Returns the plan of one create, with everything checked as in a list: roles, attribute keys, dates, managers. A plan reads the whole instance; for one user that
 * is not needed, so the plan gets only the user's manager as the instance.
 */
async function planCreate(domo, settings, wanted, { newAttribute }) {
  const users = await managerOf(domo, wanted);
  const send = settings.fetch ?? fetch;
  // A gateway may have a path of its own before that of the API.
  const isOfList = (url, { method }) => new URL(url).pathname.endsWith(method === "GET" ? USERS : SEARCH);
  // A request that is not sent is not printed by --verbose.
  const isSent = ({ method, path }) => !isOfList(`https://instance${path}`, { method });
  const onEvent = settings.onEvent && ((event) => isSent(event) && settings.onEvent(event));
  const small = connect({ ...settings, ...(onEvent && { onEvent }), fetch: async (url, init) => (isOfList(url, init) ? Response.json({ users, count: users.length }) : send(url, init)) });
  try {
    return onlyCreate(await small.planUsers([wanted], { ...(newAttribute && { newAttributes: newAttribute }), signal: interrupt }), users);
  } catch (error) {
    if (!error.rows) throw error;
    throw new CliError(`The user cannot be created:\n${reasonsOf(error)}`);
  }
}

/** Refuses a plan that changes somebody who exists: nobody has been asked. */
function onlyCreate(plan, users) {
  const { changes } = plan;
  if (changes.length === 1 && changes[0].action === "create") return plan;
  const found = users.find(({ id }) => changes.length === 0 || changes[0].id === Number(id));
  throw found ? addressTaken(found) : new CliError("The instance has a user with this address already. Nothing was created.", EXIT.FAILED);
}

async function managerOf(domo, wanted) {
  const key = Object.keys(wanted).find((name) => folded(name) === "reportsto");
  const given = String(wanted[key] ?? "").trim();
  const options = { parts: "DETAILED", signal: interrupt };
  if (/^\d+$/.test(given)) return [await domo.getUserById(given, options)];
  const manager = given.includes("@") ? await domo.findUserByEmail(given, options) : undefined;
  return manager ? [manager] : [];
}

const updateOf = ({ id }) => `${commandLine("update", String(id))} …`;

const addressTaken = (user) => new CliError(`The address is taken by ${labelOf(user)}, id ${user.id}. Nothing was created. To change this user: ${updateOf(user)}`, EXIT.FAILED);

/** Returns the error of a create that failed, or of which only the first step is done. */
function failure(user, error) {
  if (error?.existing) return addressTaken(error.existing);
  if (user) {
    const reason = error ? `: ${error.message}` : "";
    return new CliError(`The user was created with the id ${user.id}, but the other fields were not set${reason}\nSet them with: ${updateOf(user)}`, EXIT.FAILED);
  }
  return error ?? new CliError("Nothing was created.", EXIT.FAILED);
}
