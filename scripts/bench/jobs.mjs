// What is done with a whole instance: by this package, by the few lines that a user would write with libraries from npm, and by the strongest JavaScript that
// works on bytes. Each job imports what it needs before it is measured, and returns what it counted, so that a wrong result is noticed.
import { COLUMNS } from "./people.mjs";

/** @typedef {{entry: string, url: string, count: number}} Instance */

const ours = async ({ entry, url }) => (await import(entry)).connect({ baseUrl: url, developerToken: "token" });
const usersOf = ({ url }) => fetch(`${url}/api/identity/v1/users`);
const csvOf = ({ url }) => fetch(`${url}/csv`);
const all = async (instance) => (await (await usersOf(instance)).json()).users;
const noChanges = (changes) => {
  if (changes > 0) throw new Error("the plan should be empty");
};

// ---- read

async function getAllUsers(instance) {
  const domo = await ours(instance);
  return async () => (await domo.getAllUsers({ parts: "DETAILED" })).length;
}

async function streamUsers(instance) {
  const domo = await ours(instance);
  return async () => {
    let users = 0;
    for await (const user of domo.streamUsers({ parts: "DETAILED" })) users += user.id > 0 ? 1 : 0;
    return users;
  };
}

const fetchJson = async (instance) => async () => (await all(instance)).length;

async function axiosGet({ url }) {
  const { default: axios } = await import("axios");
  return async () => (await axios.get(`${url}/api/identity/v1/users`)).data.users.length;
}

async function streamByHand(instance) {
  const { streamOnBytes } = await import("./bytes-rival.mjs");
  return async () => {
    let users = 0;
    await streamOnBytes((await usersOf(instance)).body, (user) => (users += user.id > 0 ? 1 : 0));
    return users;
  };
}

/** As a user would write it with a JSON parser that takes chunks. */
async function streamWithParser(instance) {
  const { JSONParser } = await import("@streamparser/json");
  return async () => {
    let users = 0;
    const parser = new JSONParser({ paths: ["$.users.*"], keepStack: false });
    parser.onValue = ({ value }) => (users += value.id > 0 ? 1 : 0);
    for await (const chunk of (await usersOf(instance)).body) parser.write(chunk);
    return users;
  };
}

/** The lower bound: the body is received and thrown away. */
const receive = async (instance) => async () => {
  for await (const chunk of (await usersOf(instance)).body) if (!chunk) return 0;
  return instance.count;
};

// ---- export

async function exportUsersCsv(instance) {
  const domo = await ours(instance);
  return async () => {
    let bytes = 0;
    for await (const chunk of domo.exportUsersCsv({ columns: COLUMNS })) bytes += chunk.length;
    return bytes;
  };
}

const guard = (text) => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text);
const cellsOf = (user) => {
  const attributes = new Map(user.attributes.map(({ key, values }) => [key, values]));
  return COLUMNS.map((name) => {
    const values = attributes.get(name) ?? [user[name]];
    return guard(values.length > 1 ? JSON.stringify(values) : String(values[0] ?? ""));
  });
};
/** Returns a job that reads all users, and writes them with a library. */
const exportWith = (load) => async (instance) => {
  const write = await load();
  return async () => new TextEncoder().encode(write([COLUMNS, ...(await all(instance)).map(cellsOf)])).length;
};

async function exportByHand(instance) {
  const { exportOnBytes } = await import("./bytes-rival.mjs");
  return async () => {
    let bytes = 0;
    await exportOnBytes(COLUMNS, (await usersOf(instance)).body, (chunk) => (bytes += chunk.length));
    return bytes;
  };
}

// ---- plan

async function planUsers(instance) {
  const domo = await ours(instance);
  return async () => {
    const { changes, unchanged } = await domo.planUsers((await csvOf(instance)).body);
    noChanges(changes.length);
    return unchanged;
  };
}

const bare = (text) => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text);
/** Returns the job as a user would write it with a library; it compares every column. */
const planWith = (load) => async (instance) => {
  const read = await load();
  return async () => {
    const [header, ...rows] = read(await (await csvOf(instance)).text());
    const byEmail = new Map((await all(instance)).map((user) => [user.emailAddress.toLowerCase(), user]));
    const changes = [];
    for (const row of rows) {
      if (row.length < header.length) continue;
      const wanted = Object.fromEntries(header.map((name, at) => [name, bare(row[at].trim())]));
      const user = byEmail.get(wanted.emailAddress.toLowerCase());
      if (!user) {
        changes.push({ action: "create", user: wanted });
        continue;
      }
      const attributes = new Map(user.attributes.map(({ key, values }) => [key, values]));
      const differs = header.filter((name) => wanted[name] !== "" && String((attributes.get(name) ?? [user[name]])[0] ?? "") !== wanted[name]);
      if (differs.length > 0) changes.push({ action: "update", id: user.id, differs });
    }
    noChanges(changes.length);
    return byEmail.size;
  };
};

async function planByHand(instance) {
  const { planOnBytes } = await import("./bytes-rival.mjs");
  return async () => {
    const csv = new Uint8Array(await (await csvOf(instance)).arrayBuffer());
    noChanges(await planOnBytes(csv, (await usersOf(instance)).body));
    return instance.count;
  };
}

const papaparse = async () => (await import("papaparse")).default;
const BY_HAND = "hand-written, on bytes";
/** Not a rival: less than the time of this job is not possible with fetch. */
export const LOWER_BOUND = "fetch, body thrown away";

const SAME_LIST = "it keeps the same list of users in memory as the program with papaparse";

/**
 * Topic → its jobs by the name of the candidate. A job that is `limited`, for a reason, is measured up to 100,000 users. A job that is `warmOnly` is not measured by number of users.
 */
export const TOPICS = {
  plan: {
    title: "Plan: a CSV file of all users compared with the instance",
    jobs: {
      "domo-users": { prepare: planUsers },
      "fetch + JSON + papaparse": { prepare: planWith(async () => { const papa = await papaparse(); return (text) => papa.parse(text).data; }) },
      "fetch + JSON + csv-parse": { limited: SAME_LIST, prepare: planWith(async () => (await import("csv-parse/sync")).parse) },
      "fetch + JSON + d3-dsv": { limited: SAME_LIST, prepare: planWith(async () => (await import("d3-dsv")).csvParseRows) },
      [BY_HAND]: { prepare: planByHand },
    },
  },
  export: {
    title: "Export: all users as CSV",
    jobs: {
      "domo-users": { prepare: exportUsersCsv },
      "fetch + JSON + papaparse": { prepare: exportWith(async () => { const papa = await papaparse(); return (rows) => papa.unparse(rows); }) },
      "fetch + JSON + csv-stringify": { limited: SAME_LIST, prepare: exportWith(async () => (await import("csv-stringify/sync")).stringify) },
      "fetch + JSON + d3-dsv": { limited: SAME_LIST, prepare: exportWith(async () => (await import("d3-dsv")).csvFormatRows) },
      [BY_HAND]: { prepare: exportByHand },
    },
  },
  read: {
    title: "Read: every user as an object, one after the other or as a list",
    jobs: {
      "domo-users, streamUsers": { prepare: streamUsers },
      "domo-users, getAllUsers": { prepare: getAllUsers },
      "fetch + json()": { prepare: fetchJson },
      axios: { warmOnly: true, prepare: axiosGet },
      "fetch + @streamparser/json": { limited: "it would take minutes", prepare: streamWithParser },
      [BY_HAND]: { prepare: streamByHand },
      [LOWER_BOUND]: { prepare: receive },
    },
  },
};

/** Returns whether a job of this topic returned what it should have. */
export const isRight = (topic, count, result) => (topic === "export" ? result > 100 * count : result === count);
