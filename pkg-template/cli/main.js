#!/usr/bin/env node
// The command `domo-users`.
import { EXIT, report } from "./errors.js";
import { endOnClosedPipe, stopOnInterrupt } from "./terminal.js";

// undici, which knows proxies, needs this version.
const NODE = [20, 18, 1];
const version = process.versions.node.split(".").map(Number);
const difference = NODE.map((part, index) => version[index] - part).find((part) => part !== 0) ?? 0;

endOnClosedPipe();
stopOnInterrupt();
if (difference < 0) {
  process.stderr.write(`domo-users: Node ${NODE.join(".")} or later is required; this is ${process.version}. Get it from https://nodejs.org\n`);
  process.exitCode = EXIT.USAGE;
} else {
  try {
    const { createProgram } = await import("./program.js");
    const { complete, isRequest } = await import("./completion/candidates.js");
    const given = process.argv.slice(2);
    if (isRequest(given)) complete(createProgram(), given);
    else await createProgram().parseAsync(given, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}
