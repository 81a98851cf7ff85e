// Starts the module at first use: synchronously if the host allows it, otherwise as soon as it has been compiled in the background.
// After a trap an instance is broken: all its pending calls are rejected, and the next call starts a new instance.
import { createGlue } from "domo-users:glue";
import { source } from "domo-users:wasm";
import { domoError, isDomoError, takePanic } from "../../src/wasm/host/errors.js";
import { keep, reject } from "../../src/wasm/host/waits.js";

/** The running instance; undefined before the first use and after a trap. */
export let running;

/** The compiled module, instantiated again after a trap. */
let compiled;

/** Returns the running instance, started if necessary. Throws the host's RangeError if this thread may compile only in the background. */
function start() {
  compiled ??= compile();
  return (running ??= instantiate(compiled));
}

/** Returns the running instance, for functions that do not return a promise. */
export function startSync() {
  try {
    return start();
  } catch (error) {
    throw error instanceof RangeError ? startError(error) : error;
  }
}

/** Resolves with the running instance, also on a main thread that may compile only in the background. */
export async function startAsync() {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a RangeError is thrown on such a thread
  }
  try {
    compiled ??= await WebAssembly.compile(source());
    const glue = createGlue();
    const { exports } = await WebAssembly.instantiate(compiled, glue.imports);
    return (running ??= guard(glue, exports));
  } catch (error) {
    throw isDomoError(error) ? error : startError(error);
  }
}

function compile() {
  if (typeof WebAssembly !== "object") {
    throw internalError("This runtime has no WebAssembly, which domo-users needs. Use Node 20 or later, a current browser, Deno, Bun or workerd");
  }
  try {
    const bytesOrModule = source(); // workerd compiles the module itself
    return bytesOrModule instanceof WebAssembly.Module ? bytesOrModule : new WebAssembly.Module(bytesOrModule);
  } catch (error) {
    throw error instanceof RangeError ? error : startError(error);
  }
}

function instantiate(module) {
  const glue = createGlue();
  let instance;
  try {
    instance = new WebAssembly.Instance(module, glue.imports);
  } catch (error) {
    throw error instanceof RangeError ? error : startError(error);
  }
  return guard(glue, instance.exports);
}

const startError = (error) =>
  internalError(
    `This runtime does not allow WebAssembly (${error}). If this is a browser page, add 'wasm-unsafe-eval' to script-src of its Content-Security-Policy`,
  );

const internalError = (message) => domoError(message, { code: "INTERNAL" });

/**
 * Wraps every export through which the host enters the module: the exported functions, and the closures that the host was given. If an exception leaves the module
 * (usually a trap), its state is unknown, so the instance is never entered again.
 */
function guard(glue, exports) {
  const instance = { functions: glue.functions, broken: undefined, error: undefined, pending: new Set() };
  const guarded = { ...exports };
  let depth = 0;
  for (const name of glue.entryPoints) {
    const enter = exports[name];
    guarded[name] = (a, b, c, d, e, f, g) => {
      if (instance.broken !== undefined && depth === 0) return enterBroken(instance);
      depth++;
      try {
        return enter(a, b, c, d, e, f, g);
      } catch (error) {
        markBroken(instance, error);
        if (depth > 1) throw error; // to the outermost call into the module
        return NO_RESULT;
      } finally {
        depth--;
      }
    };
  }
  try {
    glue.start(guarded);
  } catch (error) {
    const panic = takePanic();
    throw panic === undefined ? startError(error) : internalError(`domo-users failed when it started (panic at ${panic}): please report this message`);
  }
  return instance;
}

/** Returned instead of the result of a broken instance. The glue reads items of some results. */
const NO_RESULT = [];

/** Handles a callback of the host into a broken instance. */
function enterBroken(instance) {
  rejectPending(instance);
  return NO_RESULT;
}

function markBroken(instance, error) {
  const panic = takePanic();
  instance.broken ??= { error, panic };
  if (running === instance) running = undefined;
  rejectPending(instance);
}

/** Rejects all pending calls of a broken instance. If the stack is exhausted, this may itself fail; the next call of it then rejects the rest. */
function rejectPending(instance) {
  instance.error ??= internalError(
    `domo-users failed with an internal error (${describeFailure(instance.broken)}): please report this message. ` +
      "Requests in progress may or may not have taken effect; the next call starts a new instance of the module",
  );
  for (const promise of instance.pending) reject(promise, instance.error);
}

/** A panic has a place and perhaps a message; exhausted memory or stack has neither. */
function describeFailure({ error, panic }) {
  if (panic !== undefined) return `panic at ${panic}`;
  return error instanceof WebAssembly.RuntimeError ? error.message : "the host threw an exception through the module";
}

/** Calls a function of the module that returns its result directly. */
export function callSync(instance, name, args) {
  return enter(instance, () => instance.functions[name](...args));
}

/** Calls a function of the module that returns a promise. The promise settles even if the module traps. */
export function callAsync(instance, name, args) {
  const promise = enter(instance, () => instance.functions[name](...args));
  keep(promise, instance.pending);
  return promise;
}

function enter(instance, call) {
  try {
    const result = call();
    if (instance.broken === undefined) return result;
    if (result instanceof Promise) result.catch(() => {}); // it may be rejected already, and nobody else handles it
  } catch (error) {
    // An error of the function itself, or the end of the caller's stack before the module was entered.
    if (instance.broken === undefined && (isDomoError(error) || error instanceof RangeError)) throw error;
    markBroken(instance, error);
  }
  rejectPending(instance);
  throw instance.error;
}
