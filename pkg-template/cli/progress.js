// The progress of a run on a terminal, and the bar that a long read shows too.

/** What ends sooner shows no progress. */
export const DELAY_MS = 1000;

/** Returns a bar on stderr, which is not shown before its start. */
export async function newBar(format) {
  const { default: { SingleBar, Presets } } = await import("cli-progress");
  return new SingleBar({ stream: process.stderr, format, barsize: 24, clearOnComplete: true, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
}

/** Returns a duration as people read it. */
export function durationOf(ms) {
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const FORMAT = "{bar} {value}/{total} | {failed}{rate} a second | {left}";

/** Shows the progress of a run on stderr if that is a terminal. Returns `{update(progress), stop()}`. */
export function showProgress() {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const begun = performance.now();
  let [bar, first, last, isStopped] = [undefined, undefined, undefined, false];
  const values = ({ done, failed, etaMs }) => ({
    failed: failed > 0 ? `${failed} failed | ` : "",
    rate: ((done + failed - first) / ((performance.now() - begun) / 1000)).toFixed(1),
    left: etaMs === undefined ? "" : `${durationOf(etaMs)} left`,
  });
  const show = () => bar?.update(last.done + last.failed, values(last));
  const timer = setTimeout(async () => {
    const loaded = await newBar(FORMAT);
    if (isStopped || !last) return;
    bar = loaded;
    bar.start(last.total, last.done + last.failed, values(last));
  }, DELAY_MS);
  return {
    update(progress) {
      // Changes that earlier runs have made count as done, but not for the rate.
      first ??= progress.done + progress.failed - 1;
      last = progress;
      show();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      bar?.stop();
      bar = undefined;
    },
  };
}
