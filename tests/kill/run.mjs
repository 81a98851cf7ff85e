// One run of a plan with a journal in a file: node run.mjs BASE_URL PLAN JOURNAL. Prints when the run starts and how it ended.
import { appendFileSync, createReadStream, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { domoUsers } from "../support/installed.mjs";

const [baseUrl, plan, file] = process.argv.slice(2);
const journal = {
  read: () => (existsSync(file) ? createInterface({ input: createReadStream(file) }) : []),
  append: (line) => appendFileSync(file, `${line}\n`),
};
process.stdout.write("begin\n");
const result = await domoUsers.applyChanges({ baseUrl, developerToken: "kill", timeoutMs: 5000 }, JSON.parse(readFileSync(plan, "utf8")), { journal });
process.stdout.write(`${JSON.stringify(result.results.filter(({ status }) => status !== "done"))}\n`);
