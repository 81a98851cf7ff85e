// A simulated clock: time advances only when there is nothing else to do, so hours pass at once.

/** Replaces the host's timers, its monotonic clock and Math.random until the end of the test. */
export function virtualTime(t, seed = 1) {
  const real = [globalThis.setTimeout, globalThis.clearTimeout, performance.now, Math.random];
  const timers = new Map();
  let [now, last, over] = [1, 0, false];
  globalThis.setTimeout = (callback, ms = 0, ...args) => {
    timers.set(++last, { at: now + Math.max(0, ms), ring: () => callback(...args) });
    return last;
  };
  globalThis.clearTimeout = (id) => void timers.delete(id);
  performance.now = () => now;
  Math.random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  let idle = 0;
  const turn = () => {
    if (over) return;
    // After a few turns of the event loop, the mock has finished its work.
    if (timers.size > 0 && ++idle > 3) {
      idle = 0;
      now = Math.max(now, Math.min(...[...timers.values()].map(({ at }) => at)));
      for (const [id, { at, ring }] of timers) if (at <= now && timers.delete(id)) ring();
    }
    setImmediate(turn);
  };
  setImmediate(turn);
  t.after(() => {
    over = true;
    [globalThis.setTimeout, globalThis.clearTimeout, performance.now, Math.random] = real;
  });
  return { now: () => now, sleep: (ms) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)) };
}
