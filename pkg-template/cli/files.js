// Files that a command reads and writes.
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError, EXIT } from "./errors.js";

/** Files of a command hold personal data: only their owner may read them. */
export const PRIVATE = 0o600;

/**
 * Writes chunks to a file, whole or not at all: to a temporary file beside it first, which then takes its place.
 * @param chunks an iterable or async iterable of strings or bytes
 */
export async function writeFileWhole(path, chunks) {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", PRIVATE);
    try {
      for await (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error.syscall === undefined) throw error;
    throw new CliError(`The file ${path} cannot be written: ${describe(error)}`, EXIT.FAILED);
  }
}

const REASONS = {
  ENOENT: "it does not exist, or its folder does not",
  EACCES: "access is denied",
  EPERM: "access is denied",
  EISDIR: "it is a folder",
  ENOSPC: "no space is left on the disk",
};

/** Returns what is wrong with a file, in words. */
export const describe = (error) => REASONS[error.code] ?? error.message;
