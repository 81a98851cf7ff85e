// Domo Code Engine's own module, in front of this instance: sendRequest signs calls itself and hides status and headers.
import { lowerCase, pathOf, textOf as bodyText } from "./calls.js";
import { reasonOf } from "./faults.js";

const FAILURES = ["response", "status", "statusCode", "code", "message", "string", "success"];

export function codeEngine(calls, token, { failures = "response" } = {}) {
  if (!FAILURES.includes(failures)) throw new TypeError(`mockDomo: failures must be one of ${FAILURES.join(", ")}`);

  async function call(method, url, headers, body, signal) {
    const answer = calls.begin(String(method).toUpperCase(), pathOf(new URL(String(url), "http://domo.mock")));
    const got = await answer({ headers, body }, signal);
    if (got.drop || got.cutBodyAt !== undefined) throw Object.assign(new Error(got.drop ? "socket hang up" : "aborted"), { code: "ECONNRESET" });
    return { status: got.status, headers: got.headers, text: bodyText(got) };
  }

  return {
    async sendRequest(method, url, body, headers, contentType = "application/json") {
      const signed = { ...lowerCase(headers), "content-type": contentType, "x-domo-developer-token": token ?? "signed-by-code-engine" };
      const { status, text } = await call(method, url, signed, textOf(body));
      if (status === 204) return null;
      return status < 300 ? parsed(text) : failure(failures, status, parsed(text));
    },

    async axios({ method = "GET", url, headers, data, validateStatus = is2xx, responseType, signal, timeout = 0 }) {
      const sent = lowerCase(headers);
      if (typeof data === "object" && data !== null) sent["content-type"] ??= "application/json";
      const limit = new AbortController();
      const stop = () => limit.abort(Object.assign(new Error("canceled"), { name: "CanceledError", code: "ERR_CANCELED" }));
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      const late = () => limit.abort(Object.assign(new Error(`timeout of ${timeout}ms exceeded`), { code: "ECONNABORTED" }));
      const timer = timeout > 0 ? setTimeout(late, timeout) : undefined;
      try {
        if (limit.signal.aborted) throw reasonOf(limit.signal);
        const got = await call(method, url, sent, textOf(data), limit.signal);
        const response = { status: got.status, headers: got.headers, data: responseType === "text" ? got.text : parsed(got.text) };
        if (!validateStatus || validateStatus(got.status)) return response;
        const code = got.status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE";
        throw Object.assign(new Error(`Request failed with status code ${got.status}`), { name: "AxiosError", code, status: got.status, response });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
      }
    },
  };
}

const is2xx = (status) => status >= 200 && status < 300;
const textOf = (body) => (body === undefined || body === null || body === "" ? undefined : typeof body === "string" ? body : JSON.stringify(body));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function failure(shape, status, data) {
  const message = `Request failed with status code ${status}`;
  switch (shape) {
    case "success": return { ...(typeof data === "object" && !Array.isArray(data) ? data : {}), status };
    case "status": throw Object.assign(new Error("Request failed"), { status, data });
    case "statusCode": throw Object.assign(new Error("Request failed"), { statusCode: status, body: data });
    case "code": throw Object.assign(new Error("Request failed"), { code: status });
    case "message": throw new Error(message);
    case "string": throw message;
    default: throw Object.assign(new Error(message), { code: status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE", response: { status, data } });
  }
}
