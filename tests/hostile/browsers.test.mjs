// The hostile-host matrix in Chromium and Firefox, headless, over the built package.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serveFiles } from "../support/files.mjs";
import { BROWSERS } from "../support/selenium.mjs";
import { cases, functions } from "./matrix.mjs";

const PATIENCE_MS = 180_000;

for (const [name, builder] of Object.entries(BROWSERS)) {
  test(`the matrix in ${name}`, async (t) => {
    const server = await serveFiles();
    t.after(() => server.close());
    const driver = await builder().build();
    let report;
    try {
      await driver.get(`${server.origin}/tests/hostile/page.html`);
      report = await driver.wait(() => driver.executeScript("return window.report && JSON.stringify(window.report)"), PATIENCE_MS, "no report came");
    } finally {
      await driver.quit();
    }
    const rows = JSON.parse(report);
    assert.ok(Array.isArray(rows), rows.failed);
    const byName = grouped(rows);
    for (const [one, its] of byName) {
      await t.test(one, () => assert.deepEqual(its.filter(({ ok }) => !ok), []));
    }
    const runs = cases.reduce((sum, one) => sum + functions(one).length, 0);
    assert.equal(rows.length, runs, "every case over every function, and nothing uncaught");
  });
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.name, [...(groups.get(row.name) ?? []), row]);
  return groups;
}
