// npm run setup: installs what build, tests and demo need. Does nothing if all of it is installed.
import { ensureBrowsers } from "./browsers.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { ensureBasics, ensureCargoTool, fail, isStarted, withPath } from "./tools.mjs";

/** Returns the environment for the commands that follow. Throws if a browser is missing; ends the process if anything else is. */
export function setup({ tests = false, browsers = false } = {}) {
  ensureBasics();
  const tools = ["wasm-bindgen", "wasm-pack", ...(tests ? ["cargo-deny"] : [])];
  const folders = tools.map(ensureCargoTool);
  if (browsers) folders.push(ensureBrowsers(), ensureCargoTool("geckodriver"));
  return withPath(folders);
}

if (isStarted(import.meta.url)) {
  try {
    const tests = process.argv.includes("--tests");
    setup({ tests, browsers: process.argv.includes("--browsers") });
    if (tests) ensureJupyter();
    console.log("Everything is installed.");
  } catch (error) {
    fail(error.message);
  }
}
