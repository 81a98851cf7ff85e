// Starts the module at first use: at once where the host allows it, else as soon as it has compiled.
// A trap ends an instance and all its calls; the next call gets a fresh one.
import { createGlue } from "domo-users:glue";
import { source } from "domo-users:wasm";
import { domoError } from "../../src/js/host.js";

/** The running instance; undefined before the first use and after a trap. */
export let running;

/** Compiled once, instantiated again after a trap. */
let compiled;

/** The instance, at once. */
export function start() {
  compiled ??= compile();
  return (running ??= begin((imports) => new WebAssembly.Instance(compiled, imports)));
}

/** The instance, also on a main thread that may only compile in the background. */
export async function startAnywhere() {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // what such a thread throws
    compiled ??= await WebAssembly.compile(source());
    const glue = createGlue();
    const instance = await WebAssembly.instantiate(compiled, glue.imports);
    return (running ??= guard(glue, instance.exports));
  }
}

function compile() {
  if (typeof WebAssembly !== "object") {
    throw internal("This runtime has no WebAssembly, which domo-users is made of: use Node 20 or newer, a current browser, Deno, Bun or workerd");
  }
  try {
    const bytesOrModule = source(); // workerd hands out what it compiled itself
    return bytesOrModule instanceof WebAssembly.Module ? bytesOrModule : new WebAssembly.Module(bytesOrModule);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw internal(`This runtime refuses to compile WebAssembly (${error}); a page must allow 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy`);
  }
}

const internal = (message) => domoError(message, { code: "INTERNAL" });

function begin(instantiate) {
  const glue = createGlue();
  return guard(glue, instantiate(glue.imports).exports);
}

/**
 * Whatever comes out of the module as an exception, a trap above all, leaves it in no known state: it is not entered again.
 * The host enters by our functions and by the closures that it was given; all else is called from within.
 */
function guard(glue, exports) {
  const instance = { functions: glue.functions, failure: undefined, waiting: new Set() };
  const guarded = { ...exports };
  let depth = 0;
  for (const name of glue.entrances) {
    const entry = exports[name];
    guarded[name] = (a, b, c, d) => {
      if (instance.failure !== undefined && depth === 0) return undefined; // a late callback of the host
      depth++;
      try {
        return entry(a, b, c, d);
      } catch (error) {
        fail(instance, error);
        if (depth > 1) throw error; // on through the module, to where it was entered first
        return undefined;
      } finally {
        depth--;
      }
    };
  }
  glue.begin(guarded);
  return instance;
}

function fail(instance, error) {
  if (instance.failure !== undefined) return;
  const what = error instanceof WebAssembly.RuntimeError ? error.message : "the host threw through it";
  instance.failure = internal(
    `domo-users failed inside (${what}): please report it. Calls that were under way may or may not have happened; the next call starts afresh`,
  );
  if (running === instance) running = undefined;
  for (const reject of instance.waiting) reject(instance.failure);
  instance.waiting.clear();
}

/** The answer of a function that has it at once. */
export function answer(instance, name, args) {
  try {
    return instance.functions[name](...args);
  } catch (error) {
    throw instance.failure ?? error;
  } finally {
    if (instance.failure !== undefined) throw instance.failure;
  }
}

/** The promise of a function that gives one: it settles even where the module traps. */
export function promise(instance, name, args) {
  return new Promise((resolve, reject) => {
    instance.waiting.add(reject);
    const settle = (how) => (value) => {
      instance.waiting.delete(reject);
      how(value);
    };
    answer(instance, name, args).then(settle(resolve), settle(reject));
  });
}
