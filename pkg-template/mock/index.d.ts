/**
 * A Domo instance in memory, as strict as Domo's documentation of its Users API: for demos and for your own tests. Nothing leaves the process, or 127.0.0.1 with
 * `listen`.
 * @module domo-users/mock
 */
import type { AxiosResponse, Role, User } from "../index.js";

/** Options of {@link mockDomo}. */
export interface MockOptions {
  /** The number of users to generate, or the users themselves (they are deep-copied). Generated users are realistic, with awkward values. Default 1000. */
  users?: number | User[];
  /** The only token that is accepted. Default: every token that is not blank. */
  developerToken?: string;
  /**
   * The roles, as ids or with their names. An id gets the name of Domo's own role, or `Custom role <id>`. The `userCount` of a listed role is always the number of
   * users who have the role. Default [1, 2, 3, 4, 5].
   */
  roles?: number[] | Role[];
  /** The id of the user who owns the token, returned by `GET /api/content/v2/users/me`. Default: the first user. */
  owner?: number | string;
  /**
   * Attribute keys that the instance lists (`GET /api/user/v1/properties/meta/keys`) besides Domo's own and those that users hold. `keyspace` defaults to
   * "customer-defined". An entry for a key of Domo's or of a user changes how that key is described.
   */
  attributeKeys?: ReadonlyArray<string | MockAttributeKey>;
  /** Faults planned from the start; see `addFault`. */
  faults?: Fault[];
  /** An integer. The same seed gives the same users and ids. Default 1. */
  seed?: number;
  /** Behaviour of real instances that Domo does not document. Default: none of it. */
  oddities?: Oddities;
}

/** An attribute key of the mock. */
export interface MockAttributeKey {
  /** The key. */ key: string;
  /** What people see. */ title?: string;
  /** Who defines the key. "idp" is for values from the identity provider. */ keyspace?: "domo-defined" | "customer-defined" | "idp";
  /** "ANY_VALUE", "ANY_VALUE_MULTI" or another of Domo's. */ validator?: string;
  [field: string]: unknown;
}

/** Behaviour that was seen in real instances. Every default is the documented behaviour. */
export interface Oddities {
  /**
   * The response to GET and PATCH of an unknown id: "json" (default), 404 with a JSON error; "text", 404 with the string `Not Found`; "empty", 200 with an empty
   * body; "emptyList", 200 with `{"users":[]}`. DELETE always returns 404, with the string `Not Found` for "text".
   */
  unknownUser?: "json" | "text" | "empty" | "emptyList";
  /** The status of a create whose e-mail address is taken. Default 409. An update with a taken address always returns 400. */
  takenEmail?: 409 | 400;
  /** Every request returns HTML: "login", a log-in page with 200; "page", "Domo - Blocked" with 403; "redirect", 303 with Location; "notAcceptable", 406. Default false. */
  blocked?: false | "login" | "page" | "redirect" | "notAcceptable";
  /** "attributes": an update of top-level fields returns 200 but has no effect; `{attributes: [{key, values}]}` has. Default "documented": both have an effect. */
  updates?: "documented" | "attributes";
  /** The type of `id` in responses. Default "number". */
  ids?: "number" | "text";
  /** The body of errors: "json" (default), `{status, statusReason, path, message, toe}`; "text", the reason as plain text. */
  errors?: "json" | "text";
  /** false: search responses have no `count`. Default true: they have it if the request asks for it with `showCount`. */
  searchCount?: boolean;
  /** The number of writes, including refused ones, after a create before an update may name the new user in `reportsTo`; earlier ones return 400. Default 0. */
  managerDelay?: number;
  /** The largest number of users that the list of all users returns; the count of the search is not affected. Default: no limit. */
  listLimit?: number;
  /** "forbidden": listing the roles returns 403. Default "listed". */
  roles?: "listed" | "forbidden";
  /** Listing the attribute keys returns 403 ("forbidden") or 404 ("missing"). Default "listed". */
  keys?: "listed" | "forbidden" | "missing";
}

/** A failure of the next request, or of the next `times` requests, that matches. A fault without an effect is counted as used and changes nothing. */
export interface Fault {
  /** The method, in any case. Default: any. */
  method?: string;
  /** A string is the whole path without the query; a pattern is tested against the path with its query. Default: any. */
  path?: string | RegExp;
  /** How often the fault happens. Default 1; Infinity for always. */
  times?: number;
  /** Status of the response that replaces the real one. The request has no effect unless `afterEffect` is true. Default 200 if only `body` is given. */
  status?: number;
  /** Headers added to the response, which is otherwise the real one unless `status` or `body` is given. */
  headers?: Record<string, string>;
  /** Body of the response that replaces the real one. Default for a `status` from 400: a JSON error as the instance would send it. */
  body?: string;
  /** Milliseconds to wait before anything else happens; with `afterEffect`, after the effect. Ends early if the caller cancels the request. */
  delayMs?: number;
  /** No response: `fetch` rejects with the TypeError "fetch failed"; over HTTP the connection is closed. */
  drop?: boolean;
  /** The request has its effect before the fault happens. */
  afterEffect?: boolean;
  /** The body breaks off after this number of bytes. */
  cutBodyAt?: number;
  /** No response until the caller cancels the request or the server is closed. */
  stall?: boolean;
}

/** How Code Engine's `sendRequest` reports a failure: in this field of the error, only in its "message", as a thrown "string", or as a "success" that resolves to the error's body. */
export type CodeEngineFailures = "response" | "status" | "statusCode" | "code" | "message" | "string" | "success";

/** Code Engine's module for a mock, for `DomoConfig.codeengine` and `DomoConfig.axios`. */
export interface MockCodeEngine {
  /** Signs the request itself. Resolves to the parsed body, or null for a 204. */
  sendRequest(method: string, url: string, body?: unknown, headers?: unknown, contentType?: string): Promise<unknown>;
  /** axios with the fields `{method, url, headers, data, validateStatus, responseType, timeout, signal}`. The token must be in `headers`. */
  axios(config: object): Promise<AxiosResponse>;
}

/** A request that the mock received. */
export type MockRequest = {
  /** The HTTP method. */ method: string;
  /** The path, with the query. */ path: string;
  /** The status of the response; 0 if there was none. */ status: number;
};
/** A mock that is served over HTTP. */
export type MockServer = {
  /** The address, for `DomoConfig.baseUrl`. */ baseUrl: string;
  /** Ends the server and its open connections. */ close(): Promise<void>;
};
/** A mock instance. */
export interface MockDomo {
  /** For `DomoConfig.fetch`. Every origin is this instance, and so is a URL that is only a path; a prefix before `/api/` is ignored. A 3xx rejects unless `redirect` is "manual". */
  fetch: typeof globalThis.fetch;
  /** The users by id. The map is live: read, change, add and delete users. */
  users: Map<number, User>;
  /** All requests so far, in order. `path` includes the query; `status` is 0 if there was no response. OPTIONS requests of browsers are left out. */
  requests: MockRequest[];
  /** Plans a fault. A request gets the first planned fault that matches. Throws a TypeError if the fault has an unknown field. */
  addFault(fault: Fault): void;
  /** Serves the mock on 127.0.0.1 (Node, Deno, Bun), for pages of any origin. `port` 0, the default, uses a free port. `close` also ends open connections. */
  listen(port?: number): Promise<MockServer>;
  /** Returns Code Engine's module for this mock. `failures` defaults to "response", the form of axios. */
  codeengine(how?: { failures?: CodeEngineFailures }): MockCodeEngine;
}

/** Returns a new mock instance. Throws a TypeError that names the option if an option is invalid. */
export function mockDomo(options?: MockOptions): MockDomo;
