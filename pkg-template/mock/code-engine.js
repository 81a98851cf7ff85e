// The module of Domo Code Engine for this instance: sendRequest signs requests itself and hides status and headers.
import { bodyString, lowerCase, pathOf } from "./requests.js";
import { reasonOf } from "./faults.js";

const FAILURES = ["response", "status", "statusCode", "code", "message", "string", "success"];

export function codeEngine(requests, token, { failures = "response" } = {}) {
  if (!FAILURES.includes(failures)) throw new TypeError(`mockDomo: failures must be one of ${FAILURES.join(", ")}; got ${failures}`);

  async function send(method, url, headers, body, signal) {
    const respond = requests.begin(String(method).toUpperCase(), pathOf(new URL(String(url), "http://domo.mock")));
    const response = await respond({ headers, body }, signal);
    if (response.drop || response.cutBodyAt !== undefined) throw Object.assign(new Error(response.drop ? "socket hang up" : "aborted"), { code: "ECONNRESET" });
    return { status: response.status, headers: response.headers, text: bodyString(response) };
  }

  return {
    async sendRequest(method, url, body, headers, contentType = "application/json") {
      const signed = { ...lowerCase(headers), "content-type": contentType, "x-domo-developer-token": token ?? "signed-by-code-engine" };
      const { status, text } = await send(method, url, signed, serialized(body));
      if (status === 204) return null;
      return status < 300 ? parsed(text) : fail(failures, status, parsed(text));
    },

    async axios({ method = "GET", url, headers, data, validateStatus = is2xx, responseType, signal, timeout = 0 }) {
      const sentHeaders = lowerCase(headers);
      if (typeof data === "object" && data !== null) sentHeaders["content-type"] ??= "application/json";
      const controller = new AbortController();
      const cancel = () => controller.abort(Object.assign(new Error("canceled"), { name: "CanceledError", code: "ERR_CANCELED" }));
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      const timeOut = () => controller.abort(Object.assign(new Error(`timeout of ${timeout}ms exceeded`), { code: "ECONNABORTED" }));
      const timer = timeout > 0 ? setTimeout(timeOut, timeout) : undefined;
      try {
        if (controller.signal.aborted) throw reasonOf(controller.signal);
        const { status, headers: responseHeaders, text } = await send(method, url, sentHeaders, serialized(data), controller.signal);
        const response = { status, headers: responseHeaders, data: responseType === "text" ? text : parsed(text) };
        if (!validateStatus || validateStatus(status)) return response;
        const code = status < 500 ? "ERR_BAD_REQUEST" : "ERR_BAD_RESPONSE";
        throw Object.assign(new Error(`Request failed with status code ${status}`), { name: "AxiosError", code, status, response });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
      }
    },
  };
}

const is2xx = (status) => status >= 200 && status < 300;
const serialized = (body) => (body === undefined || body === null || body === "" ? undefined : typeof body === "string" ? body : JSON.stringify(body));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reports a failed request in one of the shapes that were seen: throws, or returns the error as a success. */
function fail(shape, status, data) {
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
