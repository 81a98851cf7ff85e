// The smallest possible Code Engine: the built-ins of ECMAScript, WebAssembly, require and module.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { folder } from "./installed.mjs";

/** Returns the content of one of the files to paste. */
export const source = (file) => readFileSync(`${folder}node_modules/domo-users/codeengine/${file}`, "utf8");

/** Runs a file and returns its module.exports. `now` replaces the clock. */
export function load(file, codeengine, { without = [], now } = {}) {
  const required = [];
  const module = { exports: {} };
  const require = (name) => {
    required.push(name);
    if (name === "codeengine" && codeengine) return codeengine;
    throw new Error(`Cannot find module '${name}'`);
  };
  const context = vm.createContext({});
  // Node's contexts have a console.
  vm.runInContext(`delete globalThis.console; ${without.map((name) => `delete globalThis.${name};`).join("")}`, context);
  if (now) vm.runInContext("(now) => void (Date.now = now)", context)(now);
  vm.runInContext(`(function (module, exports, require) {${source(file)}\n})`, context)(module, module.exports, require);
  return { ...module.exports, required, globals: vm.runInContext("Object.getOwnPropertyNames(globalThis)", context) };
}
