// What a reader must know to judge the figures: machine, runtime and versions. No host name, no path.
import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "../../tools.mjs";

const PACKAGES = ["axios", "ky", "domo-sdk", "@streamparser/json", "papaparse", "csv-parse", "csv-stringify", "d3-dsv", "p-map"];

/** Returns the lines that describe the machine: [name, value]. */
export function machine() {
  return [
    ["Processor", `${cpus()[0].model.trim()}, ${cpus().length} cores`],
    ["Memory", `${Math.round(totalmem() / 1e9)} GB`],
    ["System", `${system()}, ${arch()}`],
    ["Node", process.version],
  ];
}

/** Returns the versions of everything that is compared: [name, version]. */
export function versions() {
  const read = (path) => JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")).version;
  return [["domo-users", read("pkg")], [`fetch (undici, part of Node)`, process.versions.undici], ...PACKAGES.map((name) => [name, read(join("node_modules", name))])];
}

function system() {
  const release = "/etc/os-release";
  const name = existsSync(release) && readFileSync(release, "utf8").match(/^PRETTY_NAME="?([^"\n]+)/m);
  return name ? name[1] : platform();
}
