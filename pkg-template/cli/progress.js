// The progress of what takes more than a second: on stderr, if that is a terminal.

/** What ends sooner shows no progress. */
const DELAY_MS = 1000;

/** The progress of the command, from its start to its end. */
let current;
/** Returns the progress of the command; undefined if there is none. */
export const currentProgress = () => current;

/** Returns a duration as people read it. */
export function durationOf(ms) {
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Returns a progress that shows nothing. */
const noProgress = () => ({ begin() {}, update() {}, wait() {}, stop() {} });

/**
 * Starts to show the progress of a command, unless `--verbose` prints its requests.
 * @returns `begin({total, unit, done, isWait})` begins a part of the work: `total` is a number, or a function that resolves with it and is called only if the part is shown, with
 *   a signal that ends it; `unit` is printed behind the number; `done` is what was done before; `isWait` is for a part without numbers. `update(done, {failed, leftMs})` says how much of the part is done.
 *   `wait(ms, reason)` says that nothing is done for a while. `stop()` ends the display. The caller may set `onWrite`, which is called when a change is sent.
 */
export function startProgress({ verbose } = {}) {
  if (!process.stderr.isTTY || verbose) return noProgress();
  let [part, bar, isStopped] = [undefined, undefined, false];
  const stopped = new AbortController();
  const timer = setTimeout(show, DELAY_MS);
  process.once("exit", stop); // the cursor is hidden meanwhile
  const progress = { begin, update, wait, stop };
  current = progress;
  return progress;

  function begin({ total, unit = "", done = 0, isWait = false }) {
    part = { total, unit, done, isWait, failed: 0, doneBefore: done, begun: performance.now() };
    if (bar) findTotal(part, stopped.signal);
  }

  function update(done, { failed = 0, leftMs } = {}) {
    Object.assign(part, { done, failed, leftMs, waiting: undefined });
  }

  function wait(ms, reason) {
    part.waiting = { reason, until: performance.now() + ms };
  }

  async function show() {
    const { default: { Format, Presets, SingleBar } } = await import("cli-progress");
    if (isStopped) return;
    if (part) findTotal(part, stopped.signal);
    const format = (options) => (part ? lineOf(part, process.stderr.columns || 80, (share, barsize) => Format.BarFormat(share, { ...options, barsize })) : "");
    bar = new SingleBar({ stream: process.stderr, format, barsize: WIDEST, clearOnComplete: true, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
    bar.start(1, 0); // draws the line again and again by itself
  }

  function stop() {
    if (isStopped) return;
    isStopped = true;
    if (current === progress) current = undefined;
    stopped.abort();
    process.removeListener("exit", stop);
    clearTimeout(timer);
    bar?.stop();
  }
}

let areWaitsHidden = false;
/** From now on, no wait is shown: it would stand among the data. */
export const hideWaits = () => (areWaitsHidden = true);

/** Shows how long a response is awaited, if no other progress is shown. Returns a function that ends the display. */
export function showWait() {
  if (current || areWaitsHidden) return () => {};
  const progress = startProgress();
  progress.begin({ isWait: true });
  return progress.stop;
}

/** Requests the total of a part that is shown. */
async function findTotal(part, signal) {
  if (typeof part.total !== "function") return;
  const find = part.total;
  part.total = undefined;
  part.total = await find(signal);
}

/** The widths of the bar; if the terminal has no room for the narrowest, there is no bar. */
const [NARROWEST, WIDEST] = [8, 24];

/**
 * Returns the line about a part of the work, which fits a terminal of this width.
 * @param bar returns the bar for the share that is done, and a width
 */
function lineOf(part, columns, bar) {
  const { total, unit, isWait, begun } = part;
  if (isWait) return `waiting for the response | ${durationOf(performance.now() - begun)}`.slice(0, columns - 1);
  const number = (count) => Math.round(count).toLocaleString("en");
  const done = total ? Math.min(part.done, total) : part.done;
  const line = [`${total ? `${number(done)}/${number(total)}` : number(done)}${unit && ` ${unit}`}`, ...detailsOf(part, number)].join(" | ");
  const room = Math.min(WIDEST, columns - line.length - 2);
  return total && room >= NARROWEST ? `${bar(done / total, room)} ${line}` : line.slice(0, columns - 1);
}

/** Returns what the line says behind the number: failures, then why nothing happens, or the rate and the time left. */
function detailsOf({ total, done, failed, leftMs, doneBefore, begun, waiting }, number) {
  const now = performance.now();
  const failures = failed > 0 ? [`${number(failed)} failed`] : [];
  if (waiting && waiting.until > now) return [...failures, `trying again in ${durationOf(waiting.until - now)}: ${waiting.reason}`];
  const rate = (Math.max(0, done - doneBefore) * 1000) / Math.max(1, now - begun);
  const left = leftMs ?? (total && rate > 0 ? (Math.max(0, total - done) * 1000) / rate : undefined);
  return [...failures, `${rate > 0 && rate < 10 ? rate.toFixed(1) : number(rate)} a second`, ...(left === undefined ? [] : [`${durationOf(left)} left`])];
}
