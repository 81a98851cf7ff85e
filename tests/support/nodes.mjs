// The Node that runs the tests, and the other supported versions, from npm.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const OTHERS = ["22.23.5", "24.22.3"];
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "domo-users", "tools");

/** `[{version, node, missing}]`: the version, the program, and instead of it the reason why it is missing. */
export const nodes = [
  { version: process.versions.node, node: process.execPath },
  ...OTHERS.filter((version) => version.split(".")[0] !== process.versions.node.split(".")[0]).map(installed),
];

function installed(version) {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(cache, `node-${version}`);
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const install = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", `${name}@${version}`];
    spawnSync("npm", install, { shell: process.platform === "win32" });
  }
  return existsSync(node) ? { version, node } : { version, missing: `npm could not install ${name}@${version}` };
}
