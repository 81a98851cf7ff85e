// The journal of a run as a file, and the lock that keeps two runs of one plan apart.
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { CliError, EXIT } from "./errors.js";
import { describe, PRIVATE } from "./files.js";

/**
 * Opens a journal. A line is with the system when `append` returns, so it survives the end of this process. It is not forced to the disk: if the computer fails
 * and the line of a create is lost, the next run gets 409 and creates nobody twice.
 */
export function openJournal(path) {
  let file;
  return {
    read: () => (existsSync(path) ? readFileSync(path, "utf8").split("\n") : []),
    append(line) {
      file ??= openSync(path, "a", PRIVATE);
      writeSync(file, `${line}\n`);
    },
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}

/** Returns a journal that is only read. */
export const readOnly = (path) => ({ ...openJournal(path), append() {} });

function isRunning(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Takes the lock of a plan, and returns a function that releases it. The lock of a process that has ended is ignored. */
export function lock(path) {
  for (;;) {
    try {
      const file = openSync(path, "wx", PRIVATE);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw new CliError(`The file ${path} cannot be written: ${describe(error)}`, EXIT.FAILED);
      const id = Number(readFileSync(path, "utf8"));
      if (id > 0 && isRunning(id)) throw new CliError(`Another process (id ${id}) applies this plan now. Wait for its end; if there is none, delete ${path}.`);
      rmSync(path, { force: true });
    }
  }
}
