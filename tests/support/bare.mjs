// Code Engine's poorest case: ECMAScript's own built-ins, WebAssembly, require and module; nothing else.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { folder } from "./installed.mjs";

export const source = readFileSync(`${folder}node_modules/domo-users/codeengine/domo-users.js`, "utf8");

/** Runs the file and answers its module.exports. */
export function load(codeengine, { without = [] } = {}) {
  const required = [];
  const module = { exports: {} };
  const require = (name) => {
    required.push(name);
    if (name === "codeengine" && codeengine) return codeengine;
    throw new Error(`Cannot find module '${name}'`);
  };
  const context = vm.createContext({});
  // Node's contexts bring a console along.
  vm.runInContext(`delete globalThis.console; ${without.map((name) => `delete globalThis.${name};`).join("")}`, context);
  vm.runInContext(`(function (module, exports, require) {${source}\n})`, context)(module, module.exports, require);
  return { ...module.exports, required, globals: vm.runInContext("Object.getOwnPropertyNames(globalThis)", context) };
}
