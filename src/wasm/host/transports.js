// Answers, by fetch, axios or Code Engine; and headers.
import { get } from "./values.js";
import { INVALID_RESPONSE, THROWN, NO_TRANSPORT, awaited, ending } from "./waits.js";

const isStatus = (status) => Number.isInteger(status) && status >= 0 && status < 1000;

/** Asks for an answer in one of three ways; `host` is who is asked. Whoever is given the headers may change them. */
export function send(tell, number, transport, host, method, url, headers, body, controller, signal, ms, asItComes) {
  const end = ending(tell, number, signal, ms, controller);
  if (end !== undefined) TRANSPORTS[transport](end, host, method, url, { ...headers }, body, controller, ms, asItComes);
}
// By the numbers that src/wasm/transport/mod.rs gives them.
const TRANSPORTS = [viaFetch, viaAxios, viaCodeEngine];

/** Whether the host accepts the field `cache` in a request. Workerd with an old compatibility date rejects it; a host without `Request` is taken to ignore it. */
function isCacheAccepted() {
  try {
    if (globalThis.Request !== undefined) new globalThis.Request("https://x/", { cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
let acceptsCache; // found at the first request; how requests end does not change it

/** By `fetch`: the host's own, or one that was given. The response is only ever asked, never taken for one of this realm. */
function viaFetch(end, own, method, url, headers, body, controller, ms, asItComes) {
  // A redirect would take the token to another place.
  const init = { method, headers, redirect: "manual" };
  // Some hosts (browsers, Next.js) would answer a read from a cache.
  acceptsCache ??= isCacheAccepted();
  if (acceptsCache) init.cache = "no-store";
  if (body !== undefined) init.body = body;
  const ended = get(controller, "signal");
  if (ended !== undefined) init.signal = ended;
  fetched(own ?? globalThis.fetch, url, init, asItComes, end);
}
async function fetched(fetch, url, init, asItComes, end) {
  try {
    if (typeof fetch !== "function") return end(NO_TRANSPORT);
    const response = await fetch(url, init);
    const redirected = get(response, "type") === "opaqueredirect" || get(response, "redirected") === true;
    const status = redirected ? 0 : get(response, "status");
    // A simple stand-in may have no other than this.
    const how = typeof get(response, "text") === "function" ? "text" : "json";
    if (!isStatus(status) || (status === 0 && !redirected) || typeof get(response, how) !== "function") return end(INVALID_RESPONSE, "a Response", response);
    const headers = get(response, "headers");
    const stream = asItComes && status >= 200 && status < 300 ? get(response, "body") : undefined;
    // A host without streams has only whole bodies.
    if (typeof get(stream, "getReader") === "function") return end(status, undefined, headers, stream.getReader());
    const body = await response[how]();
    return how === "json" || typeof body === "string" ? end(status, body, headers) : end(INVALID_RESPONSE, "a Response whose text() is a text", body);
  } catch (thrown) {
    end(THROWN, thrown);
  }
}

/** By axios, set up so that it neither follows redirects, nor judges the status, nor touches the body. */
function viaAxios(end, axios, method, url, headers, data, controller, timeout) {
  const own = { method, url, headers, data, timeout, signal: get(controller, "signal") };
  asked(axios, { ...own, responseType: "text", transformResponse: [], validateStatus: null, maxRedirects: 0 }, end);
}
async function asked(axios, config, end) {
  try {
    let response;
    try {
      response = await axios(config);
    } catch (error) {
      // Some builds reject for a status all the same.
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

/** By Code Engine's module, which takes the body as data and writes the JSON itself. */
function viaCodeEngine(end, module, method, path, headers, body) {
  awaited(sent(module, method, path, headers, body), end);
}
async function sent(module, method, path, headers, body) {
  const data = body === undefined ? undefined : JSON.parse(body);
  return module.sendRequest(method, path, data, headers, data && "application/json");
}

/** Sets a header of ours, in place of one of that name, whatever its case. */
export function setHeader(headers, name, value) {
  for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known];
  Reflect.set(headers, name, value);
}

/** A header's text; undefined where there is none. */
export function header(headers, name) {
  try {
    const plain = () => headers[Object.keys(headers ?? {}).find((key) => key.toLowerCase() === name)];
    const value = typeof headers?.get === "function" ? headers.get(name) : plain();
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
