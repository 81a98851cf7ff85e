// The run of the page, which can be stopped and continued.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRun } from "../../js-examples/browser/page/run.js";
import { domoUsers, instance } from "../support/installed.mjs";

test("what failed before a stop keeps its error when the run is stopped again", async (t) => {
  const { mock, config } = await instance(t, { users: 9, config: { maxRetries: 0 } });
  const domo = domoUsers.connect(config);
  const plan = await domo.planUsers([...mock.users.values()].map(({ id }) => ({ id, title: "Other" })), { matchBy: "id" });
  mock.addFault({ method: "PATCH", status: 400, times: 1 });
  const run = createRun(domo, plan);
  const first = await run.start(({ done }) => done === 2 && run.stop());
  assert.equal(first.failed, 1);
  const failed = first.results.find(({ status }) => status === "failed");
  const continued = run.start();
  run.stop();
  const { done, failed: stillFailed, skipped, results } = await continued;
  assert.deepEqual(results[failed.index], failed);
  assert.deepEqual([done, stillFailed, skipped], [first.done, 1, first.skipped]);
  const last = await run.start();
  assert.deepEqual([last.done, last.failed, last.skipped], [9, 0, 0]);
});
