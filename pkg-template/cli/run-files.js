// The names of the files beside a plan.
import { existsSync } from "node:fs";
import { extname } from "node:path";

/** Returns the paths of a plan and of the files beside it. */
export function filesOf(plan) {
  const stem = extname(plan).toLowerCase() === ".json" ? plan.slice(0, -extname(plan).length) : plan;
  return { plan, stem, journal: `${stem}.journal`, result: `${stem}.result.json`, undo: `${stem}.undo.json`, lock: `${stem}.lock` };
}

const BESIDE_PLAN = /\.(journal|lock|result\.json|undo\.json)$/;

/** Whether a file that exists is a plan that was started, or a file beside a plan: without it, the run can neither be continued nor undone. */
export const isFileOfRun = (path) => existsSync(path) && (BESIDE_PLAN.test(path) || existsSync(filesOf(path).journal));
