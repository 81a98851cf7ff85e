// Copies the documents that the package ships into pkg/: the README, the guides, the licence. Images stay out of the package.
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isStarted, root } from "./tools.mjs";

export function copyDocuments() {
  const pkg = join(root, "pkg");
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"]) cpSync(join(root, file), join(pkg, file));
  rmSync(join(pkg, "docs"), { recursive: true, force: true });
  mkdirSync(join(pkg, "docs"));
  for (const name of readdirSync(join(root, "docs")).filter((each) => each.endsWith(".md"))) cpSync(join(root, "docs", name), join(pkg, "docs", name));
}

if (isStarted(import.meta.url)) copyDocuments();
