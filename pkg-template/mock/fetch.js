// The mock as a `fetch`.
import { bytesOf, pathOf } from "./calls.js";
import { reasonOf } from "./faults.js";
import { MinimalHeaders, MinimalRequest, MinimalResponse } from "./minimal.js";

const ORIGIN = "http://domo.mock"; // of a path alone

/** @returns {typeof globalThis.fetch} */
export function fetchOf(calls) {
  return async function fetch(input, init) {
    const given = isRequest(input) ? input : undefined;
    const { signal = given?.signal, ...rest } = init ?? {};
    if (signal?.aborted) throw reasonOf(signal);
    const url = new URL(given ? given.url : String(input), ORIGIN);
    const request = requestOf(url, given, rest);
    const headers = new MinimalHeaders(request.headers); // in lower case and legal, as happy-dom's may not be
    const answer = calls.begin(request.method, pathOf(url));
    const body = await (given && rest.body === undefined ? given : request).text();
    const got = await answer({ headers: Object.fromEntries(headers), body: body === "" ? undefined : body }, signal ?? undefined);
    if (signal?.aborted) throw reasonOf(signal);
    if (got.drop) throw failed("other side closed");
    if (got.status >= 300 && got.status < 400 && got.status !== 304 && request.redirect !== "manual") throw failed("unexpected redirect");
    return responseOf([204, 205, 304].includes(got.status) ? { ...got, body: undefined } : got, signal);
  };
}

/** Whether it is a Request, of this realm or another one. */
const isRequest = (input) => typeof input === "object" && input !== null && typeof input.url === "string" && typeof input.text === "function";

const failed = (reason) => new TypeError("fetch failed", { cause: new Error(reason) });

/** Lets the host check what is sent; its own body is read by the caller. */
function requestOf(url, given, rest) {
  const init = given ? { method: given.method, headers: [...given.headers], redirect: given.redirect, ...rest } : rest;
  if (typeof Request !== "function") return new MinimalRequest(url.href, init);
  const isStream = typeof init.body?.getReader === "function";
  return new Request(url.href, isStream ? { ...init, duplex: "half" } : init);
}

/** Returns the host's own Response if it has one that streams, as jsdom does not. */
function responseOf(got, signal) {
  const { status, headers, body } = got;
  if (typeof Response === "function" && typeof ReadableStream === "function") {
    const response = new Response(body === undefined ? null : stream(got, signal), { status, headers });
    if (body === undefined || typeof response.body?.getReader === "function") return response;
  }
  return new MinimalResponse(got, signal);
}

function stream(got, signal) {
  const pieces = bytesOf(got);
  let stop;
  const over = () => signal?.removeEventListener("abort", stop);
  return new ReadableStream(
    {
      start(controller) {
        stop = () => controller.error(reasonOf(signal));
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
