// npm run bench: compares the package with others from npm, in alternating rounds, by medians and ratios. Absolute times depend on the machine, ratios less.
//   npm run bench -- --help
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setup } from "../setup.mjs";
import { root, run } from "../tools.mjs";
import { compareChanges } from "./changes.mjs";
import { IMPORT_LIMIT, compareCalls, compareFirstUse } from "./clients.mjs";
import { compareWarm, measureSizes } from "./instances.mjs";
import { print, ratio } from "./measure.mjs";
import { readOptions } from "./options.mjs";
import { writeReport } from "./report/index.mjs";
import { withServer } from "./servers.mjs";

const options = readOptions();
setup();
if (!existsSync(join(root, "pkg", "node.js")) && !run(process.execPath, ["scripts/build.mjs"])) process.exit(1);
const started = { date: new Date(), load: loadavg()[0] };
const entry = pathToFileURL(join(root, "pkg", "node.js")).href;
const includes = (section) => options.only.includes(section);
/** @type {{comparisons: object[], topics: Record<string, object>}} what is printed, and what the report is made of */
const results = { comparisons: [], topics: {} };
const keep = (...comparisons) => results.comparisons.push(...comparisons.map(print));

if (includes("import")) {
  const comparison = await compareFirstUse({ entry, rounds: options.importRounds });
  keep(comparison);
  const { median } = ratio(comparison.samples["domo-users"], comparison.samples.axios);
  console.log(`  ×${median.toFixed(2)} of axios; the limit of domo-users is ×${IMPORT_LIMIT}`);
}
if (includes("calls") || includes("changes")) {
  await withServer("user-server.mjs", async (baseUrl) => {
    const { connect } = await import(entry);
    const target = { domo: connect({ baseUrl, developerToken: "token" }), baseUrl, headers: { "X-DOMO-Developer-Token": "token" } };
    const { sequential, inFlight, width } = options;
    if (includes("calls")) keep(...(await compareCalls({ ...target, rounds: options.callRounds, sequential, inFlight, width })));
    if (includes("changes")) keep(await compareChanges({ ...target, rounds: options.changeRounds, count: options.changes, concurrency: width }));
  });
}
if (includes("warm") || includes("sizes")) {
  await withServer("instance-server.mjs", async (baseUrl) => {
    const target = { entry, baseUrl, sizes: options.sizes };
    if (includes("warm")) results.comparisons.push(...(await compareWarm({ ...target, rounds: options.warmRounds })));
    const roundsOf = (size) => (size > 100_000 ? options.largeRounds : options.sizeRounds);
    if (includes("sizes")) results.topics = await measureSizes({ ...target, roundsOf });
  });
}
if (options.report) {
  const seconds = (Date.now() - started.date) / 1000;
  await writeReport({ ...results, ...started, seconds, options });
}
