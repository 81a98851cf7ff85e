// Runs the command that the arguments name.
import { complete, isRequest } from "./completion/candidates.js";
import { report } from "./errors.js";
import { createProgram } from "./program.js";
import { endOnClosedPipe, stopOnInterrupt } from "./terminal.js";

/** Resolves with the exit code of an error; with undefined if there was none. */
export async function start(given) {
  endOnClosedPipe();
  stopOnInterrupt();
  try {
    if (isRequest(given)) complete(createProgram(), given);
    else await createProgram().parseAsync(given.length === 0 ? ["--help"] : given, { from: "user" });
    return undefined;
  } catch (error) {
    return report(error);
  }
}
