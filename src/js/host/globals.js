// What the host has.
import { get } from "./values.js";

/** A number that a host has at hand; 0 where it fails to. */
function number(ask) {
  try {
    const answer = ask();
    return typeof answer === "number" ? answer : 0;
  } catch {
    return 0;
  }
}
const clock = () => Date.now();
const dice = () => Math.random();
const steady = () => globalThis.performance.now();

/** Milliseconds since 1970. */
export const now = () => number(clock);
/** Milliseconds of a clock that nobody sets back, where the host has one. */
export const ticks = () => number(steady) || number(clock);
/** From 0 to 1. */
export const random = () => number(dice);

export const has = (name) => typeof globalThis[name] === "function";
/** Whether this is the main thread of a page, where everyone who opens it can read a token. */
export const isBrowserPage = () => typeof get(get(globalThis, "window"), "document") === "object" && typeof get(globalThis, "navigator") === "object";
export const isPage = () => typeof get(globalThis, "location") === "object";

let warned = false;
/** Says something on the console, if there is one; the first time only. */
export function warnOnce(text) {
  if (!warned) globalThis.console?.warn?.(text);
  warned = true;
}
