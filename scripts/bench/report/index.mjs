export const writeReport = async (r) => { (await import("node:fs")).writeFileSync("/tmp/bench-results.json", JSON.stringify(r)); };
