// Finds Chromium with its driver and Firefox, or installs them where that is plainly wanted.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { output, root, run, say, where } from "./tools.mjs";

// macOS keeps them outside PATH, where both drivers look by themselves.
const CHROMES = ["chromium", "chromium-browser", "google-chrome", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const FIREFOXES = ["firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox"];

const HOW = `  Debian:  apt-get install chromium chromium-driver firefox-esr
  Ubuntu:  Chrome and Firefox from their makers, and npx @puppeteer/browsers install chromedriver@stable
  macOS:   brew install --cask google-chrome firefox, and npx @puppeteer/browsers install chromedriver@stable
Put chromedriver's folder on PATH. Or leave them out: npm test -- --no-browsers (they then count as skipped).`;

const find = (names) => where(names) ?? names.find((name) => name.startsWith("/") && existsSync(name));
export const findChrome = () => find(CHROMES);
export const findFirefox = () => find(FIREFOXES);
const major = (program) => output(program, "--version")?.match(/(\d+)\.\d+/)?.[1];

/** @returns a folder for PATH in which Firefox has the name that its driver looks for */
export function ensureBrowsers() {
  const complete = () => find(CHROMES) && find(["chromedriver"]) && find(FIREFOXES);
  if (!complete() && process.getuid?.() === 0 && find(["apt-get"])) {
    say("installing Chromium, its driver and Firefox from Debian (once)");
    const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["-qq", "update"], quiet);
    run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", "chromium", "chromium-driver", "firefox-esr"], quiet);
  }
  if (!complete()) {
    throw new Error(`The browser tests need Chrome or Chromium, chromedriver of the same version, and Firefox.\n${HOW}`);
  }
  const [chrome, driver] = [major(find(CHROMES)), major("chromedriver")];
  if (chrome !== driver) throw new Error(`Chrome is version ${chrome} but chromedriver ${driver}: they must match.\n${HOW}`);
  const folder = join(root, "target", "browsers");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (!where(["firefox"]) && where(["firefox-esr"])) symlinkSync(where(["firefox-esr"]), join(folder, "firefox"));
  return folder;
}
