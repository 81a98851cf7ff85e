// A clock for tests in which hours pass at once: time goes on only when there is nothing else left to do.

/** Replaces the host's timers, its steady clock and Math.random until the test ends. */
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
    // Whatever the mock reads and writes is done after a few turns of the host's loop.
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
