// npm run fuzz [-- CASES]: a million random inputs for each parser, and as many random calls of the built package.
import { setup } from "./setup.mjs";
import { fail, run } from "./tools.mjs";

const [cases = "1000000"] = process.argv.slice(2);
const env = { ...setup(), PROPTEST_CASES: cases };
const steps = [
  ["cargo", ["test", "--release", "--test", "any_input"]],
  [process.execPath, ["scripts/build.mjs"]],
  [process.execPath, ["scripts/install.mjs"]],
  [process.execPath, ["tests/fuzz/wasm.mjs", cases]],
];
for (const [command, args] of steps) if (!run(command, args, { env })) fail(`${command} ${args.join(" ")} failed: see above.`);
