// Serves the files of this repository on the loopback interface, for browser tests.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** @returns {Promise<{origin: string, close(): void}>} */
export async function serveFiles() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    const type = /^\/(pkg|tests)\//.test(path) && TYPES[extname(path)];
    try {
      if (!type) throw new Error("not served");
      const body = await readFile(root + path.slice(1));
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
