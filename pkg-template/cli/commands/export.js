// domo-users export
import { connectTo } from "../connection.js";
import { allColumns, inOption, otherKeys } from "../fields.js";
import { csvOptions, isToFile, mayMixWithProgress, writeCsv } from "../output.js";
import { withProgress } from "../reading.js";
import { interrupt, say } from "../terminal.js";

export async function run(options) {
  const { dates, managers, roles, output, allAttributes } = options;
  const { domo, host } = await connectTo(options);
  const columns = allAttributes ? await allColumns(domo) : options.columns;
  const csv = domo.exportUsersCsv({ ...(columns && { columns }), ...csvOptions(options), dates, managers, roles, signal: interrupt });
  try {
    await writeCsv(withProgress(domo, csv, options, { isHidden: mayMixWithProgress({ ...options, csv: true }), usersIn: usersIn() }), options);
  } catch (error) {
    throw inOption(error, "--columns");
  }
  if (isToFile(options)) say(`The users of ${host} are in ${output}.`);
  if (columns === undefined && (isToFile(options) || process.stderr.isTTY)) await sayOtherKeys(domo);
}

/** Says which attributes of the instance the export does not have. */
async function sayOtherKeys(domo) {
  // The export is complete, whatever becomes of this request.
  const keys = await otherKeys(domo).catch(() => undefined);
  if (!keys?.length) return;
  const [noun, are, them] = keys.length === 1 ? ["attribute", "is", "it"] : ["attributes", "are", "them"];
  say(`The instance also has the ${noun} ${keys.join(", ")}, which ${are} not exported. To export ${them}, add --all-attributes.`);
}

/** Returns a function that returns how many users a chunk of CSV completes. The first line is the header. */
function usersIn() {
  let header = 1;
  return (bytes) => {
    const lines = linesIn(bytes);
    const users = Math.max(0, lines - header);
    header = Math.max(0, header - lines);
    return users;
  };
}

/** Returns the number of line breaks in bytes. */
function linesIn(bytes) {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
