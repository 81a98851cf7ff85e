// Chromium and Firefox, headless, as builders of Selenium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Builder } from "selenium-webdriver";
import chrome from "selenium-webdriver/chrome.js";
import firefox from "selenium-webdriver/firefox.js";
import { findChrome, findFirefox } from "../../scripts/browsers.mjs";
import { ensureCargoTool, root, where } from "../../scripts/tools.mjs";

const flags = JSON.parse(readFileSync(join(root, "webdriver.json"), "utf8"));
/** Returns the path of a program; if it is missing, the test fails with its name. */
const found = (path, name) => path ?? assert.fail(`${name} is missing: npm test -- --no-browsers goes without it`);

// All paths are set, so that Selenium does not search for or download anything.
export const BROWSERS = {
  Chromium(...more) {
    const options = new chrome.Options().addArguments(...flags["goog:chromeOptions"].args, ...more);
    options.setChromeBinaryPath(found(findChrome(), "Chrome or Chromium"));
    const driver = new chrome.ServiceBuilder(found(where(["chromedriver"]), "chromedriver"));
    return new Builder().forBrowser("chrome").setChromeOptions(options).setChromeService(driver);
  },
  Firefox(...more) {
    const options = new firefox.Options().addArguments(...flags["moz:firefoxOptions"].args, ...more);
    options.setBinary(found(findFirefox(), "Firefox"));
    const folder = ensureCargoTool("geckodriver");
    const driver = new firefox.ServiceBuilder(folder ? join(folder, "geckodriver") : where(["geckodriver"]));
    return new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(driver);
  },
};
