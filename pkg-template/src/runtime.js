// Starts the module at first use: at once where the host allows it, else as soon as it has compiled.
import { createGlue } from "domo-users:glue";
import { source } from "domo-users:wasm";
import { domoError } from "./errors.js";

/** The functions of the running instance; undefined before the first use and after a trap. */
export let running;

/** Compiled once, instantiated again after a trap. */
let compiled;

export function forget() {
  running = undefined;
}

/** The module, at once. */
export function start() {
  if (running === undefined) {
    compiled ??= compile();
    const glue = createGlue();
    running = begin(glue, new WebAssembly.Instance(compiled, glue.imports));
  }
  return running;
}

/** The module, also on a main thread that may only compile in the background. */
export async function startAnywhere() {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // what such a thread throws
    compiled ??= await WebAssembly.compile(source());
    const glue = createGlue();
    const instance = await WebAssembly.instantiate(compiled, glue.imports);
    return (running ??= begin(glue, instance));
  }
}

function compile() {
  if (typeof WebAssembly !== "object") {
    throw domoError(
      "INTERNAL",
      "This runtime has no WebAssembly, which domo-users is made of: use Node 20 or newer, a current browser, Deno, Bun or workerd",
    );
  }
  const bytesOrModule = source(); // workerd hands out what it compiled itself
  return bytesOrModule instanceof WebAssembly.Module ? bytesOrModule : new WebAssembly.Module(bytesOrModule);
}

function begin(glue, { exports }) {
  glue.begin(exports);
  return glue.functions;
}
