// domo-users export
import { connectTo } from "../connection.js";
import { writeCsv } from "../output.js";
import { interrupt, say } from "../terminal.js";

export async function run(options) {
  const { columns, bom, dates, managers, roles, output } = options;
  const { domo, host } = await connectTo(options);
  const delimiter = options.delimiter === "tab" ? "\t" : options.delimiter;
  const csv = domo.exportUsersCsv({ ...(columns && { columns }), bom, delimiter, dates, managers, roles, signal: interrupt });
  await writeCsv(csv, options);
  if (output !== undefined && output !== "-") say(`The users of ${host} are in ${output}.`);
}
