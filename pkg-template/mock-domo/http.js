// The mock over real HTTP, on loopback only.

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-request-id, retry-after",
};

export async function listen(answer, pathOf, port) {
  const { createServer } = await import("node:http");
  const closing = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request, response) {
    if (request.method === "OPTIONS") {
      response.writeHead(204, {
        ...CORS,
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "X-DOMO-Developer-Token, Content-Type",
        "access-control-max-age": "600",
      });
      response.end();
      return;
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString("utf8") : undefined;
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    const path = pathOf(new URL(request.url, "http://instance"));
    const got = await answer({ method: request.method, path, headers: request.headers, body }, signal);
    if (got.drop) {
      request.socket.destroy();
      return;
    }
    const headers = { ...CORS, ...got.headers };
    if (got.cutBodyAt !== undefined) {
      const whole = Buffer.from(typeof got.body === "string" ? got.body : [...got.body].join(""));
      response.writeHead(got.status, { ...headers, "content-length": whole.length });
      response.write(whole.subarray(0, got.cutBodyAt), () => request.socket.destroy());
      return;
    }
    if (typeof got.body === "string") {
      const bytes = Buffer.from(got.body);
      response.writeHead(got.status, got.status === 204 ? headers : { ...headers, "content-length": bytes.length });
      response.end(bytes);
      return;
    }
    response.writeHead(got.status, headers);
    for (const piece of got.body) {
      if (response.destroyed) return;
      if (!response.write(piece)) {
        await new Promise((resolve) => {
          response.once("drain", resolve);
          response.once("close", resolve);
        });
      }
    }
    response.end();
  }

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
