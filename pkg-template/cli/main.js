#!/usr/bin/env node
// The command `domo-users`. Older versions of Node cannot load the other files, so they are loaded after the version is known.

// undici, which knows proxies, needs this version.
const MINIMUM_NODE = [20, 18, 1];
const version = process.versions.node.split(".").map(Number);
const difference = MINIMUM_NODE.map((part, index) => version[index] - part).find((part) => part !== 0) ?? 0;

if (difference < 0) {
  process.stderr.write(`domo-users: Node ${MINIMUM_NODE.join(".")} or later is required; this is ${process.versions.node}. Get it from https://nodejs.org\n`);
  process.exitCode = 2;
} else {
  const { start } = await import("./start.js");
  process.exitCode = (await start(process.argv.slice(2))) ?? process.exitCode;
}
