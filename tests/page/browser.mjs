// A browser with the page open: what a person sees and does, and the checks that hold in every state.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { By, Key } from "selenium-webdriver";
import { root } from "../../scripts/tools.mjs";
import { BROWSERS } from "../support/selenium.mjs";
import { TOKEN } from "./site.mjs";

const PATIENCE_MS = 20_000;
const WIDE = [1200, 780];
const PHONE = [375, 812];
/** The states that the guides show; `page-changes` is taken by the test. */
const PICTURES = new Set(
  ["people", "people-phone", "errors", "plan", "plan-dark", "plan-phone", "confirm", "applied", "undo"].map((state) => `page-${state}`));
const axe = readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8");
const images = join(root, "docs", "images");
/** `node --test tests/page/page.test.mjs` with DOMO_USERS_SCREENSHOTS=1 writes the pictures of the guides. */
const takesScreenshots = process.env.DOMO_USERS_SCREENSHOTS === "1";

export async function openBrowser(t, name, url) {
  const driver = await BROWSERS[name](...(name === "Chromium" ? ["--hide-scrollbars"] : [])).build();
  t.after(() => driver.quit());
  const isChromium = name === "Chromium";
  const run = (script, ...args) => driver.executeScript(script, ...args);

  /** Chromium has exactly this size; Firefox has windows of at least 450 pixels. */
  async function resize([width, height], scheme = "light") {
    if (!isChromium) return driver.manage().window().setRect({ width, height });
    await driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
    const features = [{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }];
    await driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features });
  }

  const violations = () => driver.executeAsyncScript(`${axe};
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ["violations"] }).then(
      ({ violations }) => done(violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 200) + failureSummary)])),
      (error) => done(String(error)));`);

  const page = {
    driver, run,
    text: (selector) => run(`
      const visible = [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility());
      return visible.map((one) => one.textContent).join("\\n");`, selector),
    count: (selector) => run("return document.querySelectorAll(arguments[0]).length", selector),
    /** Waits until an element of the selector shows the string. */
    async see(selector, string) {
      await driver.wait(async () => (await page.text(selector)).includes(string), PATIENCE_MS, `${selector} does not show ${string}`).catch(async (error) => {
        throw new Error(`${error.message}; the page shows: ${(await page.text("main")).slice(0, 500)}`);
      });
    },
    async button(label) {
      const scope = (await page.count("dialog")) > 0 ? "dialog button" : "button";
      const buttons = await driver.findElements(By.css(scope));
      for (const button of buttons) if ((await button.isDisplayed()) && (await button.getText()).startsWith(label)) return button;
      throw new Error(`no button ${label}`);
    },
    async click(label) {
      const button = await page.button(label);
      await run("arguments[0].scrollIntoView({ block: 'center' })", button); // not behind the bar of buttons
      await button.click();
    },
    field: (id) => driver.findElement(By.id(id)),
    async type(id, string) {
      const field = page.field(id);
      await run("arguments[0].select()", field);
      await field.sendKeys(Key.BACK_SPACE, string);
    },
    choose: (id, label) => run(`
      const select = document.getElementById(arguments[0]);
      select.value = [...select.options].find((one) => one.textContent.startsWith(arguments[1])).value;
      select.dispatchEvent(new Event("input", { bubbles: true }));`, id, label),
    /** Drops a file on the page, as a browser does. `content` is a string or an array of bytes. */
    drop: (name, content) => run(`
      const data = new DataTransfer();
      const content = Array.isArray(arguments[1]) ? new Uint8Array(arguments[1]) : arguments[1];
      data.items.add(new File([content], arguments[0], { type: "text/csv" }));
      for (const type of ["dragover", "drop"]) {
        document.querySelector("#main").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      }`, name, content),
    focused: () => run("return document.activeElement.textContent.trim() || document.activeElement.id"),
    resize,

    /**
     * Checks the state that is shown: nothing is wider than the window, on a wide screen and on a phone, and axe finds nothing there. With a picture, axe looks at the
     * dark scheme too.
     */
    async check(state, picture) {
      const variants = [[WIDE, "light"], [PHONE, "light"], ...(isChromium && picture ? [[WIDE, "dark"]] : [])];
      for (const [size, scheme] of variants) {
        await resize(size, scheme);
        if (isChromium || size === WIDE) assert.deepEqual(await violations(), [], `${state} at ${size} ${scheme}`);
        const [content, window] = await run("return [document.documentElement.scrollWidth, innerWidth]");
        assert.ok(content <= window, `${state} at ${size}: ${content} pixels wide in a window of ${window}`);
        const suffix = size === PHONE ? "-phone" : scheme === "dark" ? "-dark" : "";
        if (PICTURES.has(picture + suffix)) await page.picture(picture + suffix);
      }
      await resize(WIDE);
    },
    /** Writes a picture of the guides. `from` is the element at its top; default: the top of the page. */
    async picture(name, from) {
      if (!takesScreenshots || !isChromium) return;
      mkdirSync(images, { recursive: true });
      await run("scrollTo(0, 0); document.querySelector(arguments[0])?.scrollIntoView({ block: 'start' })", from ?? "body");
      const png = Buffer.from(await driver.takeScreenshot(), "base64");
      assert.ok(png.length <= 150_000, `${name}.png has ${png.length} bytes`);
      writeFileSync(join(images, `${name}.png`), png);
    },
    /** Checks that neither the page nor its storage nor anything that it has loaded has the token, and that the browser has reported no error. */
    async checkSecrets() {
      const log = isChromium ? await driver.manage().logs().get("browser") : [];
      assert.deepEqual(log.map(({ message }) => message), []);
      const found = await driver.executeAsyncScript(`
        const [token, done] = arguments;
        (async () => {
          const storage = [{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys()];
          const places = [document.documentElement.outerHTML, document.cookie, ...storage.map((one) => JSON.stringify(one))];
          const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
          for (const url of [location.href, ...loaded]) {
            const response = await fetch(url);
            places.push(JSON.stringify([...response.headers]), await response.text());
          }
          const elsewhere = loaded.filter((url) => !url.startsWith(location.origin));
          return [places.length, places.filter((text) => text.includes(token)).length, localStorage.length + sessionStorage.length, elsewhere];
        })().then(done, (error) => done(String(error)));`, TOKEN);
      assert.ok(found[0] > 20, `places that were searched: ${JSON.stringify(found)}`);
      assert.deepEqual(found.slice(1), [0, 0, []], "the token, entries in the storage, addresses of other servers");
    },
  };
  await resize(WIDE);
  await driver.get(url);
  return page;
}
