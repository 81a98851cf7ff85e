// Domo Code Engine's own module, before this instance: it signs calls itself and hides status and headers.

export function codeEngine(answer, instance, { failures = "response" } = {}) {
  const call = async (method, url, body, headers) => {
    const path = String(url).replace(/^https?:\/\/[^/]+/, "");
    const got = await answer({ method: String(method).toUpperCase(), path, headers, body });
    if (got.drop) throw new Error("socket hang up");
    const text = typeof got.body === "string" ? got.body : [...got.body].join("");
    return { ...got, text, data: parsed(text) };
  };

  return {
    async sendRequest(method, url, body, headers, contentType = "application/json") {
      const signed = { "content-type": contentType, "x-domo-developer-token": instance.token ?? "signed-by-code-engine" };
      const text = body === undefined || body === null ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      const got = await call(method, url, text, signed);
      if (got.status === 204) return null;
      if (got.status < 300) return got.data;
      const { status, data } = got;
      const message = `Request failed with status code ${status}`;
      switch (failures) {
        case "success": return typeof data === "object" ? data : { status };
        case "status": throw Object.assign(new Error("Request failed"), { status, data });
        case "statusCode": throw Object.assign(new Error("Request failed"), { statusCode: status, body: data });
        case "code": throw Object.assign(new Error("Request failed"), { code: status });
        case "message": throw new Error(message);
        case "string": throw message;
        default: throw Object.assign(new Error(message), { code: "ERR_BAD_REQUEST", response: { status, data } });
      }
    },

    async axios({ method = "GET", url, headers = {}, data, validateStatus }) {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const got = await call(method, url, data, lower);
      const response = { status: got.status, headers: got.headers, data: got.text };
      const fine = validateStatus === null || (validateStatus ? validateStatus(got.status) : got.status >= 200 && got.status < 300);
      if (fine) return response;
      throw Object.assign(new Error(`Request failed with status code ${got.status}`), { response });
    },
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
