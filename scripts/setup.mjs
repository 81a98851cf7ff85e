// npm run setup: everything that build, tests and demo need; instant where it is there already.
import { ensureBrowsers } from "./browsers.mjs";
import { ensureBasics, ensureCargoTool, withPath } from "./tools.mjs";

/** @returns the environment for the commands that follow */
export function setup({ browsers = false } = {}) {
  ensureBasics();
  const folders = ["wasm-bindgen", "wasm-pack"].map(ensureCargoTool);
  if (browsers) folders.push(ensureCargoTool("geckodriver"), ensureBrowsers());
  return withPath(folders);
}

if (process.argv[1] === import.meta.filename) {
  setup({ browsers: process.argv.includes("--browsers") });
  console.log("Set up.");
}
