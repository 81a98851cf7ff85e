// The servers that are measured against: processes of their own, so that they take no time of the candidates.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Returns the path of a file beside this one. */
export const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts a server, passes its address to `use`, and stops it. */
export async function withServer(name, use) {
  const server = spawn(process.execPath, [here(name)], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await Promise.race([once(server.stdout, "data"), once(server, "exit").then(() => [""])]);
    if (!line) throw new Error(`${name} did not start`);
    return await use(String(line).trim());
  } finally {
    server.kill();
  }
}
