// npm run demo: sets up, builds and packs the package, installs the tarball into a scratch project and runs the month-end and the five calls there.
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { installInto, pack } from "./install.mjs";
import { setup } from "./setup.mjs";
import { root, run, say } from "./tools.mjs";

console.log("\ndomo-users: the demo\n");
setup();

/** Returns the time of the last change in a file or folder. */
function lastChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}
const sources = ["src", "pkg-template", "scripts", "Cargo.toml", "Cargo.lock", "README.md", "CHANGELOG.md", "docs"].map((path) => join(root, path));
const built = join(root, "pkg", "package.json");
if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources.map(lastChange))) {
  say("pkg/ is up to date");
} else {
  say("building the package");
  if (!run(process.execPath, ["scripts/build.mjs"])) process.exit(1);
}

const scratch = join(root, "target", "demo");
rmSync(scratch, { recursive: true, force: true });
const { tarball } = pack();
installInto(scratch, tarball);
say("installed the tarball into a scratch project\n");

cpSync(join(root, "scripts", "demo-script.mjs"), join(scratch, "demo.mjs"));
spawn(process.execPath, ["demo.mjs"], { cwd: scratch, stdio: "inherit" }).on("exit", (code) => (process.exitCode = code));
