// One request to the instance, over any transport: recorded, with the fault that was planned for it.
import { Faults, wait } from "./faults.js";

export class Requests {
  constructor(instance, faults) {
    this.instance = instance;
    this.faults = new Faults(faults);
    /** @type {Array<{method: string, path: string, status: number}>} */
    this.log = [];
  }

  /**
   * Records a request and takes its fault at once, so that concurrent requests keep their order. A browser's own preflight is neither recorded nor given a fault.
   * @returns {(request: {headers: Record<string, string>, body?: string}, signal?: AbortSignal) => Promise<object>} a function that resolves with the response:
   *   {status, headers, body, cutBodyAt?} or {drop: true}
   */
  begin(method, path) {
    if (method === "OPTIONS") return async (request) => this.instance.handle({ ...request, method, path });
    const entry = { method, path, status: 0 };
    this.log.push(entry);
    const fault = this.faults.take(method, path);
    return async (request, signal) => {
      const response = await this.respond({ ...request, method, path }, fault ?? {}, signal);
      if (!response.drop) entry.status = response.status;
      return response;
    };
  }

  async respond(request, fault, signal) {
    const early = fault.afterEffect ? this.instance.handle(request) : undefined;
    if (fault.delayMs > 0) await wait(fault.delayMs, signal);
    if (fault.stall) await wait(Infinity, signal);
    if (fault.drop) return { drop: true };
    const isReplaced = fault.status !== undefined || fault.body !== undefined;
    const response = isReplaced ? this.plannedResponse(request, fault) : (early ?? this.instance.handle(request));
    const headers = { ...response.headers };
    for (const [name, value] of Object.entries(fault.headers ?? {})) headers[name.toLowerCase()] = String(value);
    return { ...response, headers, cutBodyAt: fault.cutBodyAt };
  }

  plannedResponse({ path }, { status = 200, body }) {
    const error = this.instance.errorResponse(status, path.split("?")[0], "A planned fault");
    const id = { "x-request-id": `req-${this.instance.hex(12)}` };
    if (body === undefined) return status >= 400 ? { ...error, headers: { ...id, ...error.headers } } : { status, headers: id, body: "" };
    return { status, headers: { ...id, "content-type": contentTypeOf(body) }, body };
  }
}

function contentTypeOf(body) {
  if (/^\s*</.test(body)) return "text/html;charset=UTF-8";
  try {
    JSON.parse(body);
    return "application/json;charset=UTF-8";
  } catch {
    return "text/plain;charset=UTF-8";
  }
}

/** Returns the path on the instance, with its query. A proxy's own prefix before /api/ is removed. */
export function pathOf(url) {
  const at = url.pathname.indexOf("/api/");
  return (at > 0 ? url.pathname.slice(at) : url.pathname) + url.search;
}

export const lowerCase = (headers) => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** Returns the whole body of a response as a string. */
export const bodyString = ({ body = "" }) => (typeof body === "string" ? body : [...body].join(""));

/** Yields the bytes of a response's body chunk by chunk, up to `cutBodyAt`. */
export function* bodyChunks({ body, cutBodyAt = Infinity }) {
  const encoder = new TextEncoder();
  let remaining = cutBodyAt;
  for (const part of typeof body === "string" ? [body] : body) {
    if (remaining <= 0) return;
    const bytes = encoder.encode(part);
    if (bytes.length > 0) yield bytes.length > remaining ? bytes.subarray(0, remaining) : bytes;
    remaining -= bytes.length;
  }
}
