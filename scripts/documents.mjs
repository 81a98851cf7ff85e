// Copies the documents that the package ships into pkg/: the README, the guides, the licence. Images stay in the repository: they are larger than the package.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isStarted, root } from "./tools.mjs";

/** Removes images, each a paragraph of its own, and the colon of the sentence before them. */
const withoutImages = (markdown) => markdown.replaceAll(/:\n\n!\[[^\]]*\]\([^)]*\)\n/g, ".\n").replaceAll(/!\[[^\]]*\]\([^)]*\)\n\n?/g, "");

export function copyDocuments() {
  const pkg = join(root, "pkg");
  const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  rmSync(join(pkg, "docs"), { recursive: true, force: true });
  mkdirSync(join(pkg, "docs"));
  for (const file of ["README.md", ...guides.map((name) => join("docs", name))]) writeFileSync(join(pkg, file), withoutImages(readFileSync(join(root, file), "utf8")));
  for (const file of ["LICENSE", "CHANGELOG.md", "SECURITY.md"]) cpSync(join(root, file), join(pkg, file));
}

if (isStarted(import.meta.url)) copyDocuments();
