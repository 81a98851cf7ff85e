// Starts the mock server in its own process, and stops it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export async function startMock() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./mock-server.mjs", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const died = once(child, "exit").then(() => {
    throw new Error("the mock server did not start");
  });
  died.catch(() => {}); // stopping it later is not an error
  await Promise.race([once(child.stdout, "data"), died]);
  return {
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
