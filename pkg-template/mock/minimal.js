// Replacements for Request and Response in environments that lack them, such as Jest's jsdom. They are as strict as the real ones, for the kinds of bodies that the
// Users API has; methods that are missing throw an error that says so.
import { bodyString } from "./requests.js";
import { reasonOf } from "./faults.js";

const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/i;
const VALUE = /^[^\0\r\n\u0100-\uffff]*$/;
/** The methods whose case `fetch` normalises; it sends others, such as patch, as they are written. */
const NORMALIZED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];

export class MinimalHeaders {
  #values = new Map();

  /** @param {HeadersInit} init */
  constructor(init = {}) {
    for (const [name, value] of typeof init[Symbol.iterator] === "function" ? init : Object.entries(init)) this.append(name, value);
  }
  append(name, value) {
    const [key, text] = [String(name).toLowerCase(), String(value).trim()];
    if (!TOKEN.test(key)) throw new TypeError(`Invalid header name: ${name}`);
    if (!VALUE.test(text)) throw new TypeError(`Invalid value of the header ${name}`);
    this.#values.set(key, this.#values.has(key) ? `${this.#values.get(key)}, ${text}` : text);
  }
  get(name) {
    return this.#values.get(String(name).toLowerCase()) ?? null;
  }
  has(name) {
    return this.get(name) !== null;
  }
  forEach(callback, receiver) {
    for (const [name, value] of this) callback.call(receiver, value, name, this);
  }
  entries() {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator]();
  }
  *keys() {
    for (const [name] of this) yield name;
  }
  *values() {
    for (const [, value] of this) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
}

export class MinimalRequest {
  #body;

  /** @param {RequestInit} init */
  constructor(url, { method = "GET", headers, body, redirect = "follow" }) {
    if (!TOKEN.test(String(method))) throw new TypeError(`'${method}' is not a valid HTTP method.`);
    const upper = String(method).toUpperCase();
    this.url = url;
    this.method = NORMALIZED.includes(upper) ? upper : String(method);
    this.headers = new MinimalHeaders(headers);
    this.redirect = redirect;
    const hasBody = body !== undefined && body !== null;
    if (hasBody && ["GET", "HEAD"].includes(this.method)) throw new TypeError("Request with GET/HEAD method cannot have body.");
    const [text, type] = hasBody ? bodyOf(body) : [""];
    if (type && !this.headers.has("content-type")) this.headers.append("content-type", type);
    this.#body = text;
  }
  async text() {
    return this.#body;
  }
}

/** Returns a body as a string, and the content type that `fetch` sends with it. */
function bodyOf(body) {
  const kind = Object.prototype.toString.call(body).slice(8, -1);
  if (typeof body === "string") return [body, "text/plain;charset=UTF-8"];
  if (kind === "URLSearchParams") return [String(body), "application/x-www-form-urlencoded;charset=UTF-8"];
  if (kind === "ArrayBuffer") return [new TextDecoder().decode(new Uint8Array(body))];
  if (ArrayBuffer.isView(body)) return [new TextDecoder().decode(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))];
  throw new TypeError(`mock.fetch: this runtime has no Request, so a body must be a string, bytes or URLSearchParams; got ${kind}`);
}

export class MinimalResponse {
  #planned;
  #signal;
  type = "default";
  url = "";
  statusText = "";
  redirected = false;
  /** A host without Response has no ReadableStream either. */
  body = null;
  bodyUsed = false;

  constructor(planned, signal) {
    this.#planned = planned;
    this.#signal = signal;
    this.status = planned.status;
    this.ok = planned.status >= 200 && planned.status < 300;
    this.headers = new MinimalHeaders(planned.headers);
  }
  async text() {
    if (this.bodyUsed) throw new TypeError("Body is unusable: Body has already been read");
    this.bodyUsed = this.#planned.body !== undefined;
    if (this.#signal?.aborted) throw reasonOf(this.#signal);
    if (this.#planned.cutBodyAt !== undefined) throw new TypeError("terminated");
    return bodyString(this.#planned);
  }
  async json() {
    return JSON.parse(await this.text());
  }
  async arrayBuffer() {
    return new TextEncoder().encode(await this.text()).slice().buffer;
  }
  async blob() {
    throw missing("blob");
  }
  async bytes() {
    return new Uint8Array(await this.arrayBuffer());
  }
  async formData() {
    throw missing("formData");
  }
  clone() {
    if (this.bodyUsed) throw new TypeError("Response.clone: Body has already been consumed.");
    return new MinimalResponse(this.#planned, this.#signal);
  }
}

const missing = (name) => new TypeError(`mock.fetch: this runtime has no Response, so ${name}() is not available. Use text(), json() or arrayBuffer()`);
