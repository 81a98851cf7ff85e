// The lock that keeps two runs of one plan apart.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { CliError, EXIT } from "./errors.js";
import { describe, PRIVATE } from "./files.js";

/** File systems that know no links, such as those of some network drives. */
const NO_LINKS = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "UNKNOWN"];

/** Runs an action while this process has the locks of some plans. */
export async function withLocks(paths, action) {
  const releases = [];
  try {
    for (const path of paths) releases.push(lock(path));
    return await action();
  } finally {
    for (const release of releases.reverse()) release();
  }
}

/** Takes a lock, and returns a function that releases it. The lock of a process of this computer that has ended is replaced. */
function lock(path) {
  const own = `${JSON.stringify({ pid: process.pid, host: hostname(), startedAt: new Date(performance.timeOrigin).toISOString(), id: randomUUID() })}\n`;
  while (!create(path, own)) {
    const found = contentOf(path);
    if (found === undefined) continue; // released meanwhile
    assertStale(path, found);
    removeStale(path, found);
  }
  const release = () => {
    process.off("exit", release);
    if (contentOf(path) === own) rmSync(path, { force: true });
  };
  // A second Ctrl-C, or a reader that closes stdout, ends the process at once.
  process.once("exit", release);
  return release;
}

/** Creates a file with its content at once, so that nobody reads it empty. Returns whether there was none. */
function create(path, content) {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: PRIVATE });
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (!NO_LINKS.includes(error.code)) throw error;
      writeFileSync(path, content, { flag: "wx", mode: PRIVATE });
    }
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw new CliError(`The file ${path} cannot be written: ${describe(error)}`, EXIT.FAILED);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Returns the content of a file; undefined if there is none. */
function contentOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw new CliError(`The file ${path} cannot be read: ${describe(error)}`, EXIT.FAILED);
  }
}

/** @throws if the process that has a lock may be running */
function assertStale(path, content) {
  const { pid, host, startedAt } = parsed(content);
  const since = startedAt === undefined ? "" : `, started ${startedAt}`;
  if (pid === undefined) throw new CliError(`Another process may be applying this plan. If there is none, delete ${path}.`);
  if (host !== hostname()) throw new CliError(`A process of the computer ${host} (id ${pid}${since}) is applying this plan. Wait for its end; if it has ended, delete ${path}.`);
  // This process has just started, so a lock with its id is of an earlier one.
  if (pid !== process.pid && isRunning(pid)) throw new CliError(`Another process (id ${pid}${since}) is applying this plan. Wait for its end; if there is none, delete ${path}.`);
}

function parsed(content) {
  try {
    const { pid, host, startedAt } = JSON.parse(content);
    return Number.isInteger(pid) && pid > 0 && typeof host === "string" ? { pid, host, startedAt } : {};
  } catch {
    return {};
  }
}

function isRunning(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Removes a stale lock. Only one process may do so at a time, and only if the lock is still the one that was found: another process may have replaced it. */
function removeStale(path, found) {
  const guard = `${path}.stale`;
  if (!create(guard, `${process.pid}\n`)) throw new CliError(`Another process removes the lock of an earlier run. Give the command again; if this error persists, delete ${guard} and ${path}.`);
  try {
    if (contentOf(path) === found) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
