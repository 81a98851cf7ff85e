// The progress of what takes more than a second: on stderr, if that is a terminal.

/** What ends sooner shows no progress. */
const DELAY_MS = 1000;

/** How many are started and not stopped. */
let started = 0;
/** Whether a command shows its progress, at the latest after a second. */
export const hasProgress = () => started > 0;

/** Returns a duration as people read it. */
export function durationOf(ms) {
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const NONE = { begin() {}, update() {}, stop() {} };

/**
 * Starts to show the progress of a command, unless `--verbose` prints its requests.
 * @returns `begin({total, unit, done})` begins a part of the work: `total` is a number, or a function that resolves with it and is called only if the part is shown;
 *   `unit` is printed behind the number; `done` is what was done before. `update(done, {failed, leftMs})` says how much of the part is done. `stop()` ends the display.
 */
export function startProgress({ verbose } = {}) {
  if (!process.stderr.isTTY || verbose) return NONE;
  let [part, bar, isStopped] = [undefined, undefined, false];
  const timer = setTimeout(show, DELAY_MS);
  started++;
  process.once("exit", stop); // the cursor is hidden meanwhile
  return { begin, update, stop };

  function begin({ total, unit = "", done = 0 }) {
    part = { total, unit, done, failed: 0, doneBefore: done, begun: performance.now() };
    if (bar) findTotal(part);
  }

  function update(done, { failed = 0, leftMs } = {}) {
    Object.assign(part, { done, failed, leftMs });
  }

  async function show() {
    const { default: { Format, Presets, SingleBar } } = await import("cli-progress");
    if (isStopped) return;
    if (part) findTotal(part);
    const format = (options) => (part ? lineOf(part, (share) => Format.BarFormat(share, options)) : "");
    bar = new SingleBar({ stream: process.stderr, format, barsize: 24, clearOnComplete: true, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
    bar.start(1, 0); // draws the line again and again by itself
  }

  function stop() {
    if (isStopped) return;
    isStopped = true;
    started--;
    process.removeListener("exit", stop);
    clearTimeout(timer);
    bar?.stop();
  }
}

/** Requests the total of a part that is shown. */
async function findTotal(part) {
  if (typeof part.total !== "function") return;
  const find = part.total;
  part.total = undefined;
  part.total = await find();
}

/**
 * Returns the line about a part of the work.
 * @param bar returns the bar for the share that is done
 */
function lineOf({ total, unit, done, failed, leftMs, doneBefore, begun }, bar) {
  const number = (count) => Math.round(count).toLocaleString("en");
  const ms = performance.now() - begun;
  const rate = (Math.max(0, done - doneBefore) * 1000) / Math.max(1, ms);
  const left = leftMs ?? (total && rate > 0 ? (Math.max(0, total - done) * 1000) / rate : undefined);
  return [
    `${total ? `${bar(Math.min(1, done / total))} ${number(done)}/${number(total)}` : number(done)}${unit && ` ${unit}`}`,
    failed > 0 && `${number(failed)} failed`,
    `${rate > 0 && rate < 10 ? rate.toFixed(1) : number(rate)} a second`,
    left !== undefined && `${durationOf(left)} left`,
  ].filter(Boolean).join(" | ");
}
