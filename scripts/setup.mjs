// npm run setup: everything that build, tests and demo need; instant where it is there already.
import { ensureBrowsers } from "./browsers.mjs";
import { ensureBasics, ensureCargoTool, fail, isStarted, withPath } from "./tools.mjs";

/** @returns the environment for the commands that follow; throws where a browser is missing, and stops where anything else is */
export function setup({ tests = false, browsers = false } = {}) {
  ensureBasics();
  const tools = ["wasm-bindgen", "wasm-pack", ...(tests ? ["cargo-deny"] : [])];
  const folders = tools.map(ensureCargoTool);
  if (browsers) folders.push(ensureBrowsers(), ensureCargoTool("geckodriver"));
  return withPath(folders);
}

if (isStarted(import.meta.url)) {
  try {
    setup({ tests: process.argv.includes("--tests"), browsers: process.argv.includes("--browsers") });
    console.log("Set up.");
  } catch (error) {
    fail(error.message);
  }
}
