// The hostile-host matrix in Chromium and Firefox, headless, over the built package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Builder } from "selenium-webdriver";
import chrome from "selenium-webdriver/chrome.js";
import firefox from "selenium-webdriver/firefox.js";
import { findChrome, findFirefox } from "../../scripts/browsers.mjs";
import { ensureCargoTool, root, where } from "../../scripts/tools.mjs";
import { serveFiles } from "../support/files.mjs";
import { cases, functions } from "./matrix.mjs";

const flags = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
/** Returns the path of a program; if it is missing, the test fails with its name. */
const found = (path, name) => path ?? assert.fail(`${name} is missing: npm test -- --no-browsers goes without it`);

// All paths are set, so that Selenium does not search for or download anything.
const BROWSERS = {
  Chromium() {
    const options = new chrome.Options().addArguments(...flags["goog:chromeOptions"].args);
    options.setChromeBinaryPath(found(findChrome(), "Chrome or Chromium"));
    const driver = new chrome.ServiceBuilder(found(where(["chromedriver"]), "chromedriver"));
    return new Builder().forBrowser("chrome").setChromeOptions(options).setChromeService(driver);
  },
  Firefox() {
    const options = new firefox.Options().addArguments(...flags["moz:firefoxOptions"].args);
    options.setBinary(found(findFirefox(), "Firefox"));
    const folder = ensureCargoTool("geckodriver");
    const driver = new firefox.ServiceBuilder(folder ? join(folder, "geckodriver") : where(["geckodriver"]));
    return new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(driver);
  },
};
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
