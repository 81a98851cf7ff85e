// Runs a test with a mock through fetch, and with another over HTTP.
import { test } from "node:test";
import { mockDomo } from "../../pkg-template/mock/index.js";

export const USERS = "/api/identity/v1/users";
export const TOKEN = "t";
export const jane = { displayName: "Jane", emailAddress: "jane@example.com", roleId: 4 };

/** @param {(mock: ReturnType<typeof mockDomo>, call: ReturnType<typeof caller>, http: boolean) => Promise<void>} body */
export function both(name, options, body) {
  const make = () => mockDomo({ users: 30, developerToken: TOKEN, ...options });
  test(`${name} (fetch)`, { timeout: 20_000 }, () => {
    const mock = make();
    return body(mock, caller((path, init) => mock.fetch(`https://acme.domo.com${path}`, init)), false);
  });
  test(`${name} (HTTP)`, { timeout: 20_000 }, async (t) => {
    const mock = make();
    const { baseUrl, close } = await mock.listen();
    t.after(close);
    return body(mock, caller((path, init) => fetch(`${baseUrl}${path}`, init)), true);
  });
}

export function caller(fetch) {
  return async (method, path, data, { token = TOKEN, headers = {}, raw, ...init } = {}) => {
    const body = raw ?? (data === undefined ? undefined : JSON.stringify(data));
    const all = { ...(token && { "X-DOMO-Developer-Token": token }), ...(body !== undefined && { "Content-Type": "application/json" }), ...headers };
    const response = await fetch(path, { method, body, headers: all, redirect: "manual", ...init });
    const text = await response.text();
    let json;
    try {
      json = JSON.parse(text);
    } catch {}
    return { status: response.status, headers: response.headers, text, json };
  };
}

export const attribute = (user, name) => user.attributes.find(({ key }) => key === name)?.values;
