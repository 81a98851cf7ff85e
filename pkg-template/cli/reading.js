// The progress of a read of all users, on a terminal.
import { DELAY_MS, newBar } from "./progress.js";
import { interrupt } from "./terminal.js";

const STEP_MS = 200;

/**
 * Passes rows or chunks through, and shows on stderr how many users have been read, if that is a terminal and the data goes elsewhere.
 * @param usersIn returns the number of users in an item
 */
export async function* withProgress(domo, items, options, usersIn = () => 1) {
  const isHidden = options.output === undefined || options.output === "-" ? process.stdout.isTTY : false;
  if (!process.stderr.isTTY || isHidden) return yield* items;
  const progress = startProgress(domo);
  try {
    for await (const item of items) {
      progress.read += usersIn(item);
      yield item;
    }
  } finally {
    progress.stop();
  }
}

function startProgress(domo) {
  const begun = performance.now();
  let [bar, step, users, isStopped] = [undefined, undefined, undefined, false];
  const progress = { read: 0, stop };
  const values = () => {
    const rate = progress.read / ((performance.now() - begun) / 1000);
    const left = users && rate > 0 ? ` | ${Math.max(0, Math.round((users - progress.read) / rate))} s left` : "";
    return { rate: Math.round(rate), left };
  };
  const timer = setTimeout(show, DELAY_MS);
  return progress;

  async function show() {
    users = await numberOfUsers(domo);
    const format = users ? "{bar} {value}/{total} users | {rate} a second{left}" : "{value} users | {rate} a second";
    const loaded = await newBar(format);
    if (isStopped) return;
    bar = loaded;
    bar.start(users ?? 0, progress.read, values());
    step = setInterval(() => bar.update(progress.read, values()), STEP_MS);
    step.unref();
  }

  function stop() {
    isStopped = true;
    clearTimeout(timer);
    clearInterval(step);
    bar?.stop();
  }
}

/** Returns the number of users as a search counts them; undefined if it does not. */
async function numberOfUsers(domo) {
  const body = { showCount: true, includeDeleted: false, includeSupport: false, offset: 0, limit: 50, filters: [], parts: ["SIMPLE"] };
  try {
    const { count } = await domo.request({ method: "POST", path: "/api/identity/v1/users/search", query: { explain: false }, body }, { signal: interrupt, maxRetries: 0 });
    return Number.isInteger(count) && count > 0 ? count : undefined;
  } catch {
    return undefined;
  }
}
