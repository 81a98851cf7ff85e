// Finds Chromium with its driver and Firefox, or installs them where that is plainly wanted.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fail, output, root, run, say } from "./tools.mjs";

const CHROMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const FIREFOXES = ["firefox", "firefox-esr"];

const where = (names) => names.map((name) => output("which", name)?.trim()).find(Boolean);

/** @returns a folder for PATH in which the browsers have the names that the drivers look for */
export function ensureBrowsers() {
  const complete = () => where(CHROMES) && where(["chromedriver"]) && where(FIREFOXES);
  if (!complete() && process.getuid?.() === 0 && where(["apt-get"])) {
    say("installing Chromium, its driver and Firefox from Debian (once)");
    const quiet = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["-qq", "update"], quiet);
    run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", "chromium", "chromium-driver", "firefox-esr"], quiet);
  }
  if (!complete()) {
    fail(
      "The browser tests need Chromium (or Chrome), chromedriver of the same version, and Firefox on PATH.\n" +
        "  Debian, Ubuntu: apt-get install chromium chromium-driver firefox-esr\n" +
        "  macOS:          brew install --cask chromium firefox && brew install chromedriver\n" +
        "Or leave them out: npm test -- --no-browsers (they are then counted as skipped).",
    );
  }
  const folder = join(root, "target", "browsers");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(where(FIREFOXES), join(folder, "firefox"));
  return folder;
}
