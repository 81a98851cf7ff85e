// Links of the documents that the package ships.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "../support/installed.mjs";

const shipped = join(folder, "node_modules", "domo-users");
const root = fileURLToPath(new URL("../..", import.meta.url));
const names = ["README.md", "SECURITY.md", ...readdirSync(join(shipped, "docs")).map((name) => `docs/${name}`)];

/** Returns the links of a document, without code. */
function linksOf(name) {
  const text = readFileSync(join(shipped, name), "utf8").replaceAll(/^ *```[^]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "code");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
}

/** Returns the anchors of the headings of a document, as GitHub names them. */
function anchorsOf(path) {
  const headings = readFileSync(path, "utf8").replaceAll(/^ *```[^]*?^ *```$/gm, "").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title]) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

test("every relative link of the README and the guides leads to a document, and to a heading, of the installed package", () => {
  const broken = [];
  let count = 0;
  for (const name of names.filter((each) => each !== "SECURITY.md")) {
    for (const link of linksOf(name).filter((each) => !each.startsWith("https://"))) {
      count++;
      const [file, anchor] = link.split("#");
      const path = file === "" ? join(shipped, name) : join(shipped, dirname(name), file);
      if (!existsSync(path)) broken.push(`${name}: ${link}: no such file`);
      else if (anchor !== undefined && !anchorsOf(path).includes(anchor)) broken.push(`${name}: ${link}: no such heading`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(count > 20);
});

test("every guide can be reached from the README", () => {
  const links = linksOf("README.md");
  for (const name of names.filter((each) => each.startsWith("docs/"))) assert.ok(links.some((link) => link.split("#")[0] === name), name);
});

test("every image of the README and the guides exists in the repository, and none is in the package", () => {
  const images = names.flatMap((name) => [...readFileSync(join(root, name), "utf8").matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, link]) => join(root, dirname(name), link)));
  assert.ok(images.length > 0);
  for (const image of images) assert.ok(existsSync(image), image);
  for (const name of names) assert.doesNotMatch(readFileSync(join(shipped, name), "utf8"), /!\[/, name);
  assert.ok(!existsSync(join(shipped, "docs", "images")));
});
