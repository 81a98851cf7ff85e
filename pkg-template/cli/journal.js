// The journal of a run as a file.
import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { PRIVATE } from "./files.js";

/**
 * Opens a journal. The operating system has a line when `append` returns, so the line survives the end of this process. It is not forced to the disk: if the computer fails
 * and the line of a create is lost, the next run sends it again; the instance refuses an address that is taken, so nobody is created twice.
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
