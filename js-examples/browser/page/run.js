// A run of applyChanges that can be stopped and continued.

/** Returns a run of a plan. Its journal is kept in this page only. */
export function createRun(domo, plan) {
  const lines = [];
  let abort;
  const run = {
    /** The result of all runs of the plan so far. */
    result: undefined,
    stopped: false,
    stop() {
      run.stopped = true;
      abort?.abort();
    },
    /** Applies the plan, or what is left of it. A change whose user is no longer as in the plan is not sent (`stale`). */
    async start(onProgress) {
      abort = new AbortController();
      run.stopped = false;
      const journal = { read: () => lines, append: (line) => void lines.push(line) };
      const result = await domo.applyChanges(plan, { journal, stale: "refuse", signal: abort.signal, onProgress });
      run.result = merged(run.result, result);
      return run.result;
    },
  };
  return run;
}

/** Returns the last result, with what an earlier run did: undoPlan needs the users that it created, which a later result does not repeat. */
function merged(earlier, result) {
  if (!earlier) return result;
  const results = result.results.map((now) => {
    const before = earlier.results[now.index];
    // A change that failed and was not tried again keeps its error.
    const isLeft = before.status === "failed" && now.status === "skipped" && !now.error;
    return before.status === "done" || isLeft ? before : { ...(before.user && { user: before.user }), ...now };
  });
  const count = (status) => results.filter((one) => one.status === status).length;
  return { ...result, done: count("done"), failed: count("failed"), skipped: count("skipped"), results };
}
