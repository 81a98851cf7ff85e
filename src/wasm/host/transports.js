// Sends requests with fetch, axios or Code Engine; reads and writes headers.
import { get } from "./values.js";
import { ENDED_EARLY, INVALID_RESPONSE, NO_TRANSPORT, THROWN, awaitInto, startWait } from "./waits.js";

const isStatus = (status) => Number.isInteger(status) && status >= 0 && status < 1000;

/**
 * Sends a request with one of the transports and reports the response to the wait `id`: see `startWait`. `sender` is a fetch or axios function, or Code Engine's module.
 * It gets a copy of the headers, which it may change.
 */
export function send(report, id, transport, sender, method, url, headers, body, controller, signal, ms, streamBody) {
  const end = startWait(report, id, signal, ms, controller);
  if (end !== undefined) TRANSPORTS[transport](end, sender, method, url, { ...headers }, body, controller, ms, streamBody);
}
// In the order of `TransportKind` in src/wasm/transport/send.rs.
export const TRANSPORTS = [sendByFetch, sendByAxios, sendByCodeEngine];

/** Whether the host accepts the field `cache` in a request. workerd with an old compatibility date rejects it; a host without `Request` is assumed to ignore it. */
function isCacheAccepted() {
  try {
    if (globalThis.Request !== undefined) new globalThis.Request("https://x/", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
let acceptsCache; // set by the first request

/** Sends by a custom `fetch`, or by the host's own. The response may come from another realm. */
function sendByFetch(end, customFetch, method, url, headers, body, controller, ms, streamBody) {
  // Following a redirect would send the token to another host.
  const init = { method, headers, redirect: "manual" };
  // Some hosts (browsers, Next.js) would otherwise return responses from a cache.
  acceptsCache ??= isCacheAccepted();
  if (acceptsCache) init.cache = "no-store";
  if (body !== undefined) init.body = body;
  const signal = get(controller, "signal");
  if (signal !== undefined) init.signal = signal;
  fetchInto(customFetch ?? globalThis.fetch, url, init, streamBody, end);
}
async function fetchInto(fetch, url, init, streamBody, end) {
  let failure = THROWN;
  try {
    if (typeof fetch !== "function") return end(NO_TRANSPORT);
    const response = await responseOf(fetch, url, init);
    const isRedirect = get(response, "type") === "opaqueredirect" || get(response, "redirected") === true;
    const status = isRedirect ? 0 : get(response, "status");
    // A simple replacement of fetch may have only json().
    const method = typeof get(response, "text") === "function" ? "text" : "json";
    if (!isStatus(status) || (status === 0 && !isRedirect) || typeof get(response, method) !== "function") return end(INVALID_RESPONSE, "a Response", response);
    const headers = get(response, "headers");
    // ofetch has read and parsed the body already.
    const parsed = get(response, "bodyUsed") === true ? get(response, "_data") : undefined;
    if (parsed !== undefined) return end(status, parsed, headers);
    const stream = streamBody && status >= 200 && status < 300 ? get(response, "body") : undefined;
    // A host without streams returns only whole bodies.
    if (typeof get(stream, "getReader") === "function") return end(status, undefined, headers, stream.getReader());
    failure = ENDED_EARLY;
    const body = await response[method]();
    return method === "json" || typeof body === "string" ? end(status, body, headers) : end(INVALID_RESPONSE, "a Response whose text() resolves to a string", body);
  } catch (thrown) {
    end(failure, thrown);
  }
}

/** Calls fetch. Some replacements (ky, ofetch) throw an error with the response if the status is not 2xx. */
async function responseOf(fetch, url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    const response = get(error, "response");
    if (!isStatus(get(response, "status"))) throw error;
    return response;
  }
}

/** Sends by axios, configured so that it does not follow redirects, reject statuses or transform the body. */
function sendByAxios(end, axios, method, url, headers, data, controller, timeout) {
  const config = { method, url, headers, data, timeout, signal: get(controller, "signal") };
  axiosInto(axios, { ...config, responseType: "text", transformResponse: [], validateStatus: null, maxRedirects: 0 }, end);
}
async function axiosInto(axios, config, end) {
  try {
    let response;
    try {
      response = await axios(config);
    } catch (error) {
      // Some builds reject because of the status nevertheless.
      response = get(error, "response");
      if (typeof response !== "object" || response === null) throw error;
    }
    const status = get(response, "status");
    if (isStatus(status)) end(status, get(response, "data"), get(response, "headers"));
    else end(INVALID_RESPONSE, "{status, headers, data}", response);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** Sends by Code Engine's module, which takes the body as data and writes the JSON itself. */
function sendByCodeEngine(end, module, method, path, headers, body) {
  awaitInto(callSendRequest(module, method, path, headers, body), end);
}
async function callSendRequest(module, method, path, headers, body) {
  const data = body === undefined ? undefined : JSON.parse(body);
  return module.sendRequest(method, path, data, headers, data && "application/json");
}

/** Sets a header and removes other headers of the same name, ignoring case. */
export function setHeader(headers, name, value) {
  for (const existing of Object.keys(headers)) if (existing.toLowerCase() === name.toLowerCase()) delete headers[existing];
  Reflect.set(headers, name, value);
}

/** Returns the value of a header, or undefined. `name` is in lower case; `headers` is a Headers object or a plain object. */
export function header(headers, name) {
  try {
    const fromObject = () => headers[Object.keys(headers ?? {}).find((key) => key.toLowerCase() === name)];
    const value = typeof headers?.get === "function" ? headers.get(name) : fromObject();
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
