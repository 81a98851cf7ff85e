// Packs pkg/ and installs the tarball into a scratch project, target/installed, as a user would.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, isStarted, output, root, run } from "./tools.mjs";

export const installed = join(root, "target", "installed");

export function pack() {
  mkdirSync(join(root, "target"), { recursive: true });
  const result = output("npm", "pack", join(root, "pkg"), "--json", "--pack-destination", join(root, "target"));
  if (!result) fail("npm pack failed: run npm run build first.");
  const [{ filename, files, size }] = JSON.parse(result);
  return { tarball: join(root, "target", filename), files: files.map(({ path }) => path), size };
}

/** Installs `domo-users` into a new project and returns the folder. */
export function installInto(folder, tarball) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "scratch", private: true }));
  const install = ["install", "--silent", "--no-audit", "--no-fund", tarball];
  if (!run("npm", install, { cwd: folder })) fail(`npm install ${tarball} failed: see above.`);
  return folder;
}

if (isStarted(import.meta.url)) {
  rmSync(installed, { recursive: true, force: true });
  const { tarball, size } = pack();
  installInto(installed, tarball);
  console.log(`installed ${tarball} (${size.toLocaleString("en")} bytes) into ${installed}`);
}
