// domo-users export
import { connectTo } from "../connection.js";
import { isTerminal, write } from "../output.js";
import { interrupt, printable, say } from "../terminal.js";

export async function run(options) {
  const { columns, bom, dates, managers, roles, output } = options;
  const { domo, host } = await connectTo(options);
  const delimiter = options.delimiter === "tab" ? "\t" : options.delimiter;
  const csv = domo.exportUsersCsv({ ...(columns && { columns }), bom, delimiter, dates, managers, roles, signal: interrupt });
  await write(isTerminal(options) ? readable(csv) : csv, output);
  if (output !== undefined && output !== "-") say(`The users of ${host} are in ${output}.`);
}

/** CSV for a terminal. */
async function* readable(csv) {
  const decoder = new TextDecoder();
  for await (const chunk of csv) yield printable(decoder.decode(chunk, { stream: true }).replaceAll("\r\n", "\n"));
}
