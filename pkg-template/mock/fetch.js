// The mock as a `fetch`.
import { bytesOf, pathOf } from "./calls.js";

/** @returns {typeof globalThis.fetch} */
export function fetchOf(calls) {
  return async function fetch(input, init = {}) {
    const given = input instanceof Request ? input : undefined;
    const { signal = given?.signal, ...rest } = init ?? {};
    if (signal?.aborted) throw signal.reason;
    const url = given ? given.url : new URL(String(input), "http://domo.mock");
    const request = new Request(given ?? url, rest.body instanceof ReadableStream ? { ...rest, duplex: "half" } : rest);
    const answer = calls.begin(request.method, pathOf(new URL(url)));
    const body = await request.text();
    const got = await answer({ headers: Object.fromEntries(request.headers), body: body === "" ? undefined : body }, signal ?? undefined);
    if (signal?.aborted) throw signal.reason;
    if (got.drop) throw new TypeError("fetch failed", { cause: new Error("other side closed") });
    if (got.status >= 300 && got.status < 400 && got.status !== 304 && request.redirect !== "manual") {
      throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
    }
    const empty = [204, 205, 304].includes(got.status);
    return new Response(empty ? null : stream(got, signal), { status: got.status, headers: got.headers });
  };
}

function stream(got, signal) {
  const pieces = bytesOf(got);
  let stop;
  const over = () => signal?.removeEventListener("abort", stop);
  return new ReadableStream(
    {
      start(controller) {
        stop = () => controller.error(signal.reason);
        signal?.addEventListener("abort", stop, { once: true });
      },
      pull(controller) {
        const { value, done } = pieces.next();
        if (!done) return controller.enqueue(value);
        over();
        if (got.cutBodyAt === undefined) controller.close();
        else controller.error(new TypeError("terminated"));
      },
      cancel: over,
    },
    { highWaterMark: 0 },
  );
}
