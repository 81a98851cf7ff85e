/**
 * An instance of Domo in memory, as strict as Domo's documentation of its Users API: for demos and for your own tests.
 * Nothing leaves the process, or 127.0.0.1 with `listen`.
 */
import type { User } from "../index.js";

export interface MockOptions {
  /** How many realistic, awkward users to make, or the users themselves (deep-copied). Default 1000. */
  users?: number | User[];
  /** The only token that is right. Default: any that is not blank. */
  developerToken?: string;
  /** The ids of the roles that exist. Default [1, 2, 3, 4, 5]. */
  roles?: number[];
  /** Faults from the start; see `addFault`. */
  faults?: Fault[];
  /** A whole number; the same seed gives the same users and ids. Default 1. */
  seed?: number;
  /** What real instances were seen to do beside the documentation. Default: nothing of it. */
  oddities?: Oddities;
}

/** What real instances were seen to do. Every default is the documented behaviour. */
export interface Oddities {
  /**
   * The answer to GET and PATCH of an unknown id: "json" (default), 404 with a JSON error; "text", 404 with `Not Found`; "empty", 200 with no body;
   * "emptyList", 200 with `{"users":[]}`. A DELETE of one is always 404, with the same text for "text".
   */
  unknownUser?: "json" | "text" | "empty" | "emptyList";
  /** The status of a create whose e-mail is taken. Default 409. An update's is always 400. */
  takenEmail?: 409 | 400;
  /** Every call is answered by HTML: "login", a log-in page with 200; "page", "Domo - Blocked" with 403; "redirect", 303 with Location; "notAcceptable", 406. Default false. */
  blocked?: false | "login" | "page" | "redirect" | "notAcceptable";
  /** "attributes": top-level fields of an update are answered 200 but change nothing; `{attributes: [{key, values}]}` works. Default "documented": both work. */
  updates?: "documented" | "attributes";
  /** The type of `id` in answers. Default "number". */
  ids?: "number" | "text";
  /** Bodies of errors: `{status, statusReason, path, message, toe}` ("json", default) or the reason as plain text. */
  errors?: "json" | "text";
  /** false: search answers never hold `count`. Default true: they do where `showCount` asks for it. */
  searchCount?: boolean;
  /** How many writes, refused ones too, must pass between a create and the first update that may name the new user in `reportsTo`; before, 400. Default 0. */
  managerDelay?: number;
}

/** Something that goes wrong with the next call, or the next `times` calls, that it fits. With no effect named it uses up its times and changes nothing. */
export interface Fault {
  /** Only this method, in any case. Default: any. */
  method?: string;
  /** A text is the whole path without the query; a pattern is tested against the path with its query. Default: any. */
  path?: string | RegExp;
  /** How often. Default 1; Infinity for always. */
  times?: number;
  /** Answered in place of the real answer; the call has no effect unless `afterEffect`. Default 200 where only `body` is given. */
  status?: number;
  /** Headers of the answer, added to its own. Alone, they are added to the real answer. */
  headers?: Record<string, string>;
  /** Answered in place of the real body. Default for a `status` from 400: a JSON error as the instance would send it. */
  body?: string;
  /** Milliseconds to wait before anything else happens; with `afterEffect`, after the effect. Ends early when the caller gives up. */
  delayMs?: number;
  /** No answer: `fetch` rejects with TypeError "fetch failed", over HTTP the connection breaks. */
  drop?: boolean;
  /** The call has its effect first, then the fault comes. */
  afterEffect?: boolean;
  /** The body breaks off after so many bytes. */
  cutBodyAt?: number;
  /** Never answers: until the caller gives up or the server is closed. */
  stall?: boolean;
}

/** How Code Engine's `sendRequest` tells of a failure: by which field of the error, only in its "message", as a thrown "string", or as a "success" that resolves to the error's body. */
export type CodeEngineFailures = "response" | "status" | "statusCode" | "code" | "message" | "string" | "success";

/** Code Engine's module in front of a mock, for `DomoConfig.codeengine` and `DomoConfig.axios`. */
export interface MockCodeEngine {
  /** Signs the call itself. Resolves to the parsed body, null for a 204. */
  sendRequest(method: string, url: string, body?: unknown, headers?: unknown, contentType?: string): Promise<unknown>;
  /** As axios: takes `{method, url, headers, data, validateStatus, responseType, timeout, signal}`. The token must be in `headers`. */
  axios(config: object): Promise<{ status: number; headers: unknown; data: unknown }>;
}

export interface MockDomo {
  /** Hand it to `DomoConfig.fetch`. Any origin is this instance, and so is a path alone; a prefix before `/api/` does not count. A 3xx rejects unless `redirect` is "manual". */
  fetch: typeof globalThis.fetch;
  /** The users by id, live: look, change, add, remove. */
  users: Map<number, User>;
  /** Every call so far, in order; `path` with its query, `status` 0 where nothing was answered. A browser's own OPTIONS are left out. */
  requests: Array<{ method: string; path: string; status: number }>;
  /** Plans a fault; the first one planned that fits a call is used. Throws a TypeError for a field that faults do not have. */
  addFault(fault: Fault): void;
  /** Serves it on 127.0.0.1 (Node, Deno, Bun), open to pages of any origin; `port` 0, the default, takes a free one. `close` ends open connections. */
  listen(port?: number): Promise<{ baseUrl: string; close(): Promise<void> }>;
  /** Default failures: "response", as axios does. */
  codeengine(how?: { failures?: CodeEngineFailures }): MockCodeEngine;
}

/** Makes an instance. Throws a TypeError that names the option where one is wrong. */
export function mockDomo(options?: MockOptions): MockDomo;
