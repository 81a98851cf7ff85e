// The README and the guides, as the installed package has them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "../support/installed.mjs";
import { blocksOf } from "./blocks.mjs";

const shipped = join(folder, "node_modules", "domo-users");
/** Guides whose commands another test runs. */
const TESTED_ELSEWHERE = ["jupyter.md"];

/** Returns the guides: `{name, markdown, blocks}`; `from` is the folder that holds README.md and docs/. */
export function shippedGuides(from = shipped) {
  const guides = readdirSync(join(shipped, "docs")).filter((name) => name.endsWith(".md") && !TESTED_ELSEWHERE.includes(name));
  return ["README.md", ...guides.sort().map((name) => `docs/${name}`)].map((name) => {
    const markdown = readFileSync(join(from, name), "utf8");
    return { name, markdown, blocks: blocksOf(markdown) };
  });
}
