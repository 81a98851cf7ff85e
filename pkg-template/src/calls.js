// Calls of the module: finds the running instance, and passes the arguments on.
import { withCallerStack } from "./errors.js";
import * as runtime from "./runtime.js";

/** Client → its checked configuration, which nothing else can reach. */
export const configurations = new WeakMap();
export const configurationOf = (domo) => configurations.get(domo) ?? domo;

/** Calls a function of the module that returns its result directly. */
export function callSync(name, ...args) {
  try {
    return runtime.callSync(runtime.startSync(), name, args);
  } catch (error) {
    throw withCallerStack(error, callSync);
  }
}

/** Calls a function of the module that returns a promise. If the module is running, its arguments are read before this function returns. */
export async function callAsync(name, domo, ...args) {
  try {
    const instance = runtime.running ?? (await runtime.startAsync());
    return await runtime.callAsync(instance, name, [configurationOf(domo), ...args]);
  } catch (error) {
    throw withCallerStack(error, callAsync);
  }
}
