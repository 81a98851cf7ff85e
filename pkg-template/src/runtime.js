// Starts the module at first use: at once where the host allows it, else as soon as it has compiled.
// A trap ends an instance and all its calls; the next call gets a fresh one.
import { createGlue } from "domo-users:glue";
import { source } from "domo-users:wasm";
import { domoError, takePanic } from "../../src/wasm/host/errors.js";
import { keep, reject } from "../../src/wasm/host/waits.js";
import { isDomoError } from "./errors.js";

/** The running instance; undefined before the first use and after a trap. */
export let running;

/** Compiled once, instantiated again after a trap. */
let compiled;

/** The instance, at once. */
export function start() {
  compiled ??= compile();
  return (running ??= begin((imports) => new WebAssembly.Instance(compiled, imports)));
}

/** The same, for functions that cannot wait. */
export function startAtOnce() {
  try {
    return start();
  } catch (error) {
    throw error instanceof RangeError ? refused(error) : error;
  }
}

/** The instance, also on a main thread that may only compile in the background. */
export async function startAnywhere() {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // what such a thread throws
  }
  try {
    compiled ??= await WebAssembly.compile(source());
    const glue = createGlue();
    const { exports } = await WebAssembly.instantiate(compiled, glue.imports);
    return (running ??= guard(glue, exports));
  } catch (error) {
    throw isDomoError(error) ? error : refused(error);
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
    throw error instanceof RangeError ? error : refused(error);
  }
}

const refused = (error) =>
  internal(`This runtime refuses to run WebAssembly (${error}); a page must allow 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy`);

const internal = (message) => domoError(message, { code: "INTERNAL" });

function begin(instantiate) {
  const glue = createGlue();
  let instance;
  try {
    instance = instantiate(glue.imports);
  } catch (error) {
    throw error instanceof RangeError ? error : refused(error);
  }
  return guard(glue, instance.exports);
}

/**
 * Whatever comes out of the module as an exception, a trap above all, leaves it in no known state: it is not entered again.
 * The host enters by our functions and by the closures that it was given; all else is called from within.
 */
function guard(glue, exports) {
  const instance = { functions: glue.functions, broken: undefined, failure: undefined, waiting: new Set() };
  const guarded = { ...exports };
  let depth = 0;
  for (const name of glue.entrances) {
    const entry = exports[name];
    guarded[name] = (a, b, c, d, e, f, g) => {
      if (instance.broken !== undefined && depth === 0) return late(instance);
      depth++;
      try {
        return entry(a, b, c, d, e, f, g);
      } catch (error) {
        breaks(instance, error);
        if (depth > 1) throw error; // on through the module, to where it was entered first
        return NOTHING;
      } finally {
        depth--;
      }
    };
  }
  try {
    glue.begin(guarded);
  } catch (error) {
    throw refused(takePanic() ?? error);
  }
  return instance;
}

/** In place of what a broken module would answer: the glue looks into some answers. */
const NOTHING = [];

/** A callback of the host into what is broken. */
function late(instance) {
  fail(instance);
  return NOTHING;
}

function breaks(instance, error) {
  const panic = takePanic();
  instance.broken ??= { error, panic };
  if (running === instance) running = undefined;
  fail(instance);
}

/** Rejects all that wait. At the end of the stack it may fail itself: whoever comes next then goes on with it. */
function fail(instance) {
  instance.failure ??= internal(
    `domo-users failed with an internal error (${reasonOf(instance.broken)}): please report this message. ` +
      "Calls that were in progress may or may not have taken effect; the next call starts a new instance of the module",
  );
  for (const promise of instance.waiting) reject(promise, instance.failure);
}

/** A panic has a place and perhaps a message; memory or stack that is used up has neither. */
function reasonOf({ error, panic }) {
  if (panic !== undefined) return `panic at ${panic}`;
  return error instanceof WebAssembly.RuntimeError ? error.message : "the host threw an exception through the module";
}

/** The answer of a function that has it at once. */
export function answer(instance, name, args) {
  return enter(instance, () => instance.functions[name](...args));
}

/** The promise of a function that gives one: it settles even where the module traps. */
export function promise(instance, name, args) {
  const promised = enter(instance, () => instance.functions[name](...args));
  keep(promised, instance.waiting);
  return promised;
}

function enter(instance, work) {
  try {
    const answered = work();
    if (instance.broken === undefined) return answered;
    if (answered instanceof Promise) answered.catch(() => {}); // left behind rejected, at times: it is nobody's
  } catch (error) {
    // What the function itself has to say, or the end of the caller's stack before the module was entered.
    if (instance.broken === undefined && (isDomoError(error) || error instanceof RangeError)) throw error;
    breaks(instance, error);
  }
  fail(instance);
  throw instance.failure;
}
