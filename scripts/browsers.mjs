// Finds Chromium with its driver, and Firefox. Installs them if the user is root on a system with apt-get.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { output, root, run, say, where } from "./tools.mjs";

// On macOS they are outside PATH, in folders where both drivers look by themselves.
const CHROMES = ["chromium", "chromium-browser", "google-chrome", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const FIREFOXES = ["firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox"];

const HELP = `  Debian:  apt-get install chromium chromium-driver firefox-esr
  Ubuntu:  Chrome and Firefox from their websites, and npx @puppeteer/browsers install chromedriver@stable
  macOS:   brew install --cask google-chrome firefox, and npx @puppeteer/browsers install chromedriver@stable
Add chromedriver's folder to PATH. To test without browsers, run: npm test -- --no-browsers`;

const find = (names) => where(names) ?? names.find((name) => name.startsWith("/") && existsSync(name));
export const findChrome = () => find(CHROMES);
export const findFirefox = () => find(FIREFOXES);
const major = (program) => output(program, "--version")?.match(/(\d+)\.\d+/)?.[1];

/** Makes sure that the browsers are installed. Returns a folder for PATH in which Firefox has the name that its driver looks for. */
export function ensureBrowsers() {
  const areInstalled = () => find(CHROMES) && find(["chromedriver"]) && find(FIREFOXES);
  if (!areInstalled() && process.getuid?.() === 0 && find(["apt-get"])) {
    say("installing Chromium, chromedriver and Firefox with apt-get (once)");
    const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["-qq", "update"], options);
    run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", "chromium", "chromium-driver", "firefox-esr"], options);
  }
  if (!areInstalled()) {
    throw new Error(`The browser tests need Chrome or Chromium, chromedriver of the same version, and Firefox.\n${HELP}`);
  }
  const [chrome, driver] = [major(find(CHROMES)), major("chromedriver")];
  if (chrome !== driver) throw new Error(`Chrome has version ${chrome} but chromedriver has version ${driver}; the versions must match.\n${HELP}`);
  const folder = join(root, "target", "browsers");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (!where(["firefox"]) && where(["firefox-esr"])) symlinkSync(where(["firefox-esr"]), join(folder, "firefox"));
  return folder;
}
