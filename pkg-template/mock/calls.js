// One call at the instance, whatever it came by: recorded, with the fault that was planned for it.
import { Faults, wait } from "./faults.js";

export class Calls {
  constructor(instance, faults) {
    this.instance = instance;
    this.faults = new Faults(faults);
    /** @type {Array<{method: string, path: string, status: number}>} */
    this.requests = [];
  }

  /**
   * Records a call and takes its fault at once, so that concurrent calls keep their order. A browser's own preflight is neither recorded nor faulted.
   * @returns {(call: {headers: Record<string, string>, body?: string}, signal?: AbortSignal) => Promise<object>} the answer: {status, headers, body, cutBodyAt?} or {drop: true}
   */
  begin(method, path) {
    if (method === "OPTIONS") return async (call) => this.instance.handle({ ...call, method, path });
    const entry = { method, path, status: 0 };
    this.requests.push(entry);
    const fault = this.faults.take(method, path);
    return async (call, signal) => {
      const answer = await this.run({ ...call, method, path }, fault ?? {}, signal);
      if (!answer.drop) entry.status = answer.status;
      return answer;
    };
  }

  async run(call, fault, signal) {
    const early = fault.afterEffect ? this.instance.handle(call) : undefined;
    if (fault.delayMs > 0) await wait(fault.delayMs, signal);
    if (fault.stall) await wait(Infinity, signal);
    if (fault.drop) return { drop: true };
    const replaced = fault.status !== undefined || fault.body !== undefined;
    const answer = replaced ? this.planned(call, fault) : (early ?? this.instance.handle(call));
    const headers = { ...answer.headers };
    for (const [name, value] of Object.entries(fault.headers ?? {})) headers[name.toLowerCase()] = String(value);
    return { ...answer, headers, cutBodyAt: fault.cutBodyAt };
  }

  planned({ path }, { status = 200, body }) {
    const error = this.instance.refusal(status, path.split("?")[0], "A planned fault");
    const id = { "x-request-id": `req-${this.instance.hex(12)}` };
    if (body === undefined) return status >= 400 ? { ...error, headers: { ...id, ...error.headers } } : { status, headers: id, body: "" };
    return { status, headers: { ...id, "content-type": typeOf(body) }, body };
  }
}

function typeOf(body) {
  if (/^\s*</.test(body)) return "text/html;charset=UTF-8";
  try {
    JSON.parse(body);
    return "application/json;charset=UTF-8";
  } catch {
    return "text/plain;charset=UTF-8";
  }
}

/** The path on the instance, with its query: a proxy's own prefix before /api/ does not count. */
export function pathOf(url) {
  const at = url.pathname.indexOf("/api/");
  return (at > 0 ? url.pathname.slice(at) : url.pathname) + url.search;
}

export const lowerCase = (headers) => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** The whole body as a string. */
export const textOf = ({ body = "" }) => (typeof body === "string" ? body : [...body].join(""));

/** The body's bytes piece by piece, as far as `cutBodyAt` lets them. */
export function* bytesOf({ body, cutBodyAt = Infinity }) {
  const encoder = new TextEncoder();
  let left = cutBodyAt;
  for (const piece of typeof body === "string" ? [body] : body) {
    if (left <= 0) return;
    const bytes = encoder.encode(piece);
    if (bytes.length > 0) yield bytes.length > left ? bytes.subarray(0, left) : bytes;
    left -= bytes.length;
  }
}
