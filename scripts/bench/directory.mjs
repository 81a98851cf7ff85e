// Whole instances: stream, export and plan compared with the best JavaScript of a few lines, then a million users, each job in its own process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { planOnBytes } from "./bytes-rival.mjs";
import { sideBySide, table } from "./measure.mjs";
import { COLUMNS } from "./people.mjs";

const here = (name) => join(fileURLToPath(new URL(".", import.meta.url)), name);

export async function directory(entry, rounds) {
  const { connect } = await import(entry);
  const [{ default: papa }, { parse }, { stringify }, d3] = await Promise.all([
    import("papaparse"), import("csv-parse/sync"), import("csv-stringify/sync"), import("d3-dsv"),
  ]);
  const server = spawn(process.execPath, [here("directory-server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const baseUrl = String((await once(server.stdout, "data"))[0]).trim();
  const count = 100_000;
  const users = `${baseUrl}/${count}/api/identity/v1/users`;
  const domo = connect({ baseUrl: `${baseUrl}/${count}`, developerToken: "token" });
  const csv = await (await fetch(`${baseUrl}/${count}/csv`)).text();
  const timed = (work) => async () => {
    const begin = performance.now();
    await work();
    return performance.now() - begin;
  };
  const parsed = async () => JSON.parse(await (await fetch(users)).text()).users;

  table(
    `every user of ${count.toLocaleString("en")}, DETAILED`,
    await sideBySide(
      {
        getAllUsers: timed(() => domo.getAllUsers({ parts: "DETAILED" })),
        streamUsers: timed(async () => { for await (const user of domo.streamUsers({ parts: "DETAILED" })) if (!user) return; }),
        "fetch, nothing read": timed(async () => { for await (const piece of (await fetch(users)).body) if (!piece) return; }),
      },
      rounds(9),
    ),
    "getAllUsers",
  );

  const guard = (text) => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  const rowsOf = (list) =>
    list.map((user) => {
      const attributes = new Map(user.attributes.map(({ key, values }) => [key, values]));
      return COLUMNS.map((name) => {
        const values = attributes.get(name) ?? [user[name]];
        return guard(values.length > 1 ? JSON.stringify(values) : String(values[0] ?? ""));
      });
    });
  const columns = COLUMNS;
  table(
    `export of ${count.toLocaleString("en")} as CSV`,
    await sideBySide(
      {
        "domo-users": timed(async () => { for await (const piece of domo.exportUsersCsv({ columns })) if (!piece) return; }),
        "JSON.parse + papaparse": timed(async () => new TextEncoder().encode(papa.unparse(rowsOf(await parsed())))),
        "JSON.parse + csv-stringify": timed(async () => new TextEncoder().encode(stringify(rowsOf(await parsed())))),
        "JSON.parse + d3-dsv": timed(async () => new TextEncoder().encode(d3.csvFormatRows(rowsOf(await parsed())))),
      },
      rounds(7),
    ),
    "domo-users",
  );

  const bare = (text) => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text);
  /** The few lines that a user would write; they compare every column. */
  const planWith = (read) => async () => {
    const [header, ...rows] = read(csv);
    const byEmail = new Map((await parsed()).map((user) => [user.emailAddress.toLowerCase(), user]));
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
    if (changes.length > 0) throw new Error("the plan should be empty");
  };
  table(
    `plan of ${count.toLocaleString("en")} against ${count.toLocaleString("en")}`,
    await sideBySide(
      {
        "domo-users": timed(async () => { if ((await domo.planUsers(csv)).changes.length > 0) throw new Error("the plan should be empty"); }),
        "papaparse + Map": timed(planWith((text) => papa.parse(text).data)),
        "csv-parse + Map": timed(planWith((text) => parse(text))),
        "d3-dsv + Map": timed(planWith((text) => d3.csvParseRows(text))),
        "careful, on bytes": timed(async () => { if ((await planOnBytes(csv, (await fetch(users)).body)) > 0) throw new Error("the plan should be empty"); }),
      },
      rounds(7),
    ),
    "domo-users",
  );

  console.log("\nLarge instances, each job in its own process (time per user, peak memory; the rivals are JavaScript that works on bytes)");
  for (const job of ["nothing", "fetch", "stream", "stream-rival", "export", "export-rival", "plan", "plan-rival"]) {
    for (const size of job === "nothing" ? [1] : [10_000, 1_000_000]) {
      const child = spawn(process.execPath, [here("big.mjs"), job, entry, baseUrl, String(size)], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = await once(child.stdout, "data").catch(() => ["{}"]);
      const { ms, peakMB } = JSON.parse(String(line));
      console.log(`  ${job.padEnd(13)}${size.toLocaleString("en").padStart(10)} users  ${(ms / 1000).toFixed(2).padStart(6)} s  ${((ms * 1000) / size).toFixed(2).padStart(7)} µs each  ${peakMB?.toFixed(0).padStart(5)} MB`);
    }
  }
  server.kill();
}

