// Installs what runs the notebook of js-examples/jupyter: nbclient, in a Python virtual environment.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, output, root, run, say } from "./tools.mjs";

const requirements = join(root, "tests", "notebook", "requirements.txt");
const PYTHONS = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

const HELP = `The notebook test needs Python 3.11 or later with the module venv.
  Debian, Ubuntu:  apt-get install python3 python3-venv
  macOS:           brew install python`;

/** Returns the command of a Python that can make a virtual environment: on Debian, ensurepip is in a package of its own. */
const findPython = () => PYTHONS.find((name) => output(name, "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))") !== undefined);

/** Returns the folder of the command jupyter, after installing it if necessary. Throws an error that says what is missing. */
export function ensureJupyter() {
  const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const home = join(cache, `jupyter-${version}`);
  const bin = join(home, "bin");
  // The file is written last. Without the Python that made it, a virtual environment does not start.
  const complete = join(home, "complete");
  if (existsSync(complete) && output(join(bin, "python"), "-c", "import nbclient") !== undefined) return bin;

  if (!findPython() && process.getuid?.() === 0 && output("which", "apt-get")) {
    say("installing Python with apt-get (once)");
    const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    run("apt-get", ["-qq", "update"], options);
    run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", "python3", "python3-venv"], options);
  }
  const python = findPython();
  if (!python) throw new Error(HELP);
  say("installing nbclient with pip (once)");
  rmSync(home, { recursive: true, force: true });
  if (!run(python, ["-m", "venv", home])) throw new Error(`${python} -m venv ${home} failed: see above.\n${HELP}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  if (!run(join(bin, "python"), pip)) throw new Error(`pip could not install ${requirements}: see above.`);
  writeFileSync(complete, "");
  return bin;
}
