// The mock as a `fetch`.
import { bodyChunks, pathOf } from "./requests.js";
import { reasonOf } from "./faults.js";
import { MinimalHeaders, MinimalRequest, MinimalResponse } from "./minimal.js";

const ORIGIN = "http://domo.mock"; // for a URL that is only a path

/** @returns {typeof globalThis.fetch} */
export function fetchOf(requests) {
  return async function fetch(input, init) {
    const inputRequest = isRequest(input) ? input : undefined;
    const { signal = inputRequest?.signal, ...otherInit } = init ?? {};
    if (signal?.aborted) throw reasonOf(signal);
    const url = new URL(inputRequest ? inputRequest.url : String(input), ORIGIN);
    const request = requestOf(url, inputRequest, otherInit);
    const headers = new MinimalHeaders(request.headers); // in lower case and valid, which those of happy-dom may not be
    const respond = requests.begin(request.method, pathOf(url));
    const body = await (inputRequest && otherInit.body === undefined ? inputRequest : request).text();
    const planned = await respond({ headers: Object.fromEntries(headers), body: body === "" ? undefined : body }, signal ?? undefined);
    if (signal?.aborted) throw reasonOf(signal);
    const { status } = planned;
    if (planned.drop) throw fetchFailed("other side closed");
    if (status >= 300 && status < 400 && status !== 304 && request.redirect !== "manual") throw fetchFailed("unexpected redirect");
    return responseOf([204, 205, 304].includes(status) ? { ...planned, body: undefined } : planned, signal);
  };
}

/** Whether a value is a Request, of this realm or another one. */
const isRequest = (input) => typeof input === "object" && input !== null && typeof input.url === "string" && typeof input.text === "function";

const fetchFailed = (reason) => new TypeError("fetch failed", { cause: new Error(reason) });

/** Returns the host's own Request, which checks its arguments. The body of an input Request is read by the caller. */
function requestOf(url, inputRequest, otherInit) {
  const { method, headers, redirect } = inputRequest ?? {};
  const init = inputRequest ? { method, headers: [...headers], redirect, ...otherInit } : otherInit;
  if (typeof Request !== "function") return new MinimalRequest(url.href, init);
  const isStream = typeof init.body?.getReader === "function";
  return new Request(url.href, isStream ? { ...init, duplex: "half" } : init);
}

/** Returns the host's own Response if its body is a stream, otherwise a MinimalResponse (in jsdom, for example). */
function responseOf(planned, signal) {
  const { status, headers, body } = planned;
  if (typeof Response === "function" && typeof ReadableStream === "function") {
    const response = new Response(body === undefined ? null : streamOf(planned, signal), { status, headers });
    if (body === undefined || typeof response.body?.getReader === "function") return response;
  }
  return new MinimalResponse(planned, signal);
}

function streamOf(planned, signal) {
  const chunks = bodyChunks(planned);
  let cancel;
  const unlisten = () => signal?.removeEventListener("abort", cancel);
  return new ReadableStream(
    {
      start(controller) {
        cancel = () => controller.error(reasonOf(signal));
        signal?.addEventListener("abort", cancel, { once: true });
      },
      pull(controller) {
        const { value, done } = chunks.next();
        if (!done) return controller.enqueue(value);
        unlisten();
        if (planned.cutBodyAt === undefined) controller.close();
        else controller.error(new TypeError("terminated"));
      },
      cancel: unlisten,
    },
    { highWaterMark: 0 },
  );
}
