// Files that a command reads and writes.
import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { lstat, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CliError, EXIT } from "./errors.js";

/** Files of a command hold personal data: only their owner may read them. */
export const PRIVATE = 0o600;

/**
 * Writes chunks to a file, whole or not at all: to a temporary file beside it first, which then takes its place.
 * @param chunks an iterable or async iterable of strings or bytes
 */
export async function writeFileWhole(path, chunks) {
  try {
    const target = await targetOf(path);
    await (target.isReplaceable ? replaceFile(target.path, chunks) : writeInto(await open(target.path, "w"), chunks));
  } catch (error) {
    if (error.syscall === undefined) throw error;
    throw new CliError(`The file ${path} cannot be written: ${error.code === "ENOENT" ? "its folder does not exist" : describe(error)}`, EXIT.FAILED);
  }
}

/** Returns the file that a link leads to. A device or a pipe, such as /dev/null or /dev/stdout, is written into and not replaced. */
async function targetOf(path) {
  const found = await unlessMissing(stat(path));
  if (found?.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR", syscall: "open" });
  // The link to an open pipe leads to no path.
  if (found) return found.isFile() ? { path: await realpath(path), isReplaceable: true } : { path, isReplaceable: false };
  const isLink = (await unlessMissing(lstat(path)))?.isSymbolicLink();
  return isLink ? targetOf(resolve(dirname(path), await readlink(path))) : { path, isReplaceable: true };
}

/** Resolves with undefined if a file does not exist. */
const unlessMissing = (found) =>
  found.catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });

async function replaceFile(path, chunks) {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  // A second Ctrl-C ends the process at once.
  const removeNow = () => rmSync(temporary, { force: true });
  process.once("exit", removeNow);
  try {
    await writeInto(await open(temporary, "wx", PRIVATE), chunks);
    await rename(temporary, path).catch((error) => {
      // Windows: a program that has the file open, such as Excel, keeps it from being replaced.
      if (process.platform === "win32" && LOCKED.includes(error.code)) error.code = "EBUSY";
      throw error;
    });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    process.off("exit", removeNow);
  }
}

async function writeInto(file, chunks) {
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
    await file.sync().catch(() => {}); // a device has nothing to synchronise
  } finally {
    await file.close();
  }
}

const LOCKED = ["EPERM", "EACCES", "EBUSY"];
const REASONS = {
  ENOENT: "it does not exist, or its folder does not",
  EACCES: "access is denied",
  EPERM: "access is denied",
  EISDIR: "it is a folder",
  EBUSY: "it is open in another program, such as Excel: close it there",
  ENOSPC: "no space is left on the disk",
};

/** Returns what is wrong with a file, in words. */
export const describe = (error) => REASONS[error.code] ?? error.message;

/** Decodes UTF-8, or UTF-16 with a byte order mark, which PowerShell writes with `>`. */
export const textOf = (bytes) => new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);

/** Returns the SHA-256 of a string or of bytes. */
export const hashOf = (content) => createHash("sha256").update(content).digest("hex");

/** Resolves with the bytes of stdin. */
export async function readStdin() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
