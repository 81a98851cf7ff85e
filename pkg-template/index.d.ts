/**
 * Manages the users of a Domo instance. Every function that sends requests takes a configuration, or a client from `connect`, as its first argument.
 * Promises reject with a {@link DomoError}, or with the reason of your own `signal` if that signal cancelled the call.
 * @module domo-users
 */
import type { ApplyOptions, ApplyResult, Change, CursorOptions, DesiredRow, DesiredUsers, PlanOptions, UserPlan } from "./plans.js";
export * from "./plans.js";

// ---- configuration and client ---------------------------------------------------------------

/** Where requests are sent, and how. Plain data; checked by every call, or once by {@link connect}. A field that is not listed here is refused with `INVALID_CONFIG`. */
export interface DomoConfig {
  /** The instance: its name (`acme`), its host (`acme.domo.com`), or an https URL of it as copied from a browser. Give exactly one of `instance`, `baseUrl`, `codeengine`. */
  instance?: string;
  /** The URL of a proxy or test server to use instead of an instance. `''` is the page's own origin, with its session and without a token. */
  baseUrl?: string | URL;
  /**
   * A token from Admin > Authentication > Access tokens, sent as `X-DOMO-Developer-Token`; it appears in no error, event or log. Required with `instance`; with
   * `baseUrl`, the proxy may add it. A function is called before every attempt, so tokens can rotate. It runs in the async context (`AsyncLocalStorage`) of the
   * call that needs the token, as do `fetch`, `axios`, `onEvent`, `onProgress`, `onRead` and the journal. Of an async iterable that is the call of `next()`, of a
   * ReadableStream its creation.
   */
  developerToken?: string | (() => string | Promise<string>);
  /** The module of Domo Code Engine (Domo's serverless runtime), `require('codeengine')`. Its `sendRequest` signs requests for the instance in which it runs. */
  codeengine?: {
    /** Sends a request and resolves to the parsed body. */ sendRequest(method: string, url: string, body?: unknown, headers?: unknown, contentType?: string): Promise<unknown>
  };
  /** axios, for hosts without `fetch` (Code Engine managing another instance with a token). Used instead of `fetch`. */
  axios?: (config: object) => Promise<AxiosResponse>;
  /**
   * Used instead of the host's `fetch`; called with a URL string and a plain object, with `this` undefined. The object has `cache: "no-store"` if the host accepts it.
   * It may throw an error with a `response` for statuses outside 200–299, as `ky` and `ofetch.raw` do.
   */
  fetch?: (url: string, init: object) => unknown;
  /** Headers of every request. The token is not one of them. */
  headers?: Record<string, string>;
  /** Milliseconds for one attempt, headers and body together; 0 is no limit. Default 60000. For streamed bodies: until the headers, then for each wait for more data. */
  timeoutMs?: number;
  /**
   * Number of retries after the first attempt. Default 2. Network failures, time limits, 408, 429, 500, 502, 503 and 504 are retried; a create only after 429, or
   * 503 with Retry-After. Delays grow from 500 ms to 8 s with full jitter (each is a random part of that value); Retry-After is obeyed up to one minute. In
   * {@link applyChanges} a 429 is not counted.
   */
  maxRetries?: number;
  /** Called for every attempt, response and retry. Never receives the token or a body. Exceptions thrown by the callback are ignored. */
  onEvent?: (event: RequestEvent) => void;
  /** Allows a token on the main thread of a browser page, where everyone who opens the page can read it. Default false: refused. */
  allowBrowserToken?: boolean;
}
/** What axios resolves to, as far as the package reads it. */
export type AxiosResponse = {
  /** The HTTP status. */ status: number;
  /** The headers of the response. */ headers: unknown;
  /** The body of the response. */ data: unknown;
};
/** An event for `onEvent`. */
export type RequestEvent = RequestSent | ResponseReceived | RetryPlanned;
/** What all events of {@link RequestEvent} have. */
export type RequestEventBase = {
  /** The HTTP method. */ method: string;
  /** The path on the instance, with its query. */ path: string;
  /** The number of the attempt, from 1. */ attempt: number;
};
/** An attempt was started. */
export type RequestSent = RequestEventBase & {
  /** The kind of the event. */ type: "request";
};
/** The headers of a response have arrived. */
export type ResponseReceived = RequestEventBase & {
  /** The kind of the event. */ type: "response";
  /** The HTTP status. */ status: number;
  /** Milliseconds since the attempt was started. */ durationMs: number;
  /** The `x-request-id` header of the response. */ requestId?: string;
};
/** The attempt failed, and another one follows. */
export type RetryPlanned = RequestEventBase & {
  /** The kind of the event. */ type: "retry";
  /** Milliseconds until the next attempt. */ delayMs: number;
  /** Why the attempt failed. */ reason: string;
};

/**
 * Returns a client: an object with the functions below without their first parameter, as in `connect(config).getUserById(7)`. Called without an argument, it
 * reads the environment variables DOMO_INSTANCE (or DOMO_BASE_URL) and DOMO_DEVELOPER_TOKEN (or DOMO_TOKEN); both address and token are then required.
 * @throws {DomoError} `INVALID_CONFIG`, synchronously, also if `config` is given but undefined
 */
export function connect(config?: DomoConfig): Domo;

/** A client for one configuration: an ordinary object whose functions can be replaced in tests. The token does not appear in inspection, JSON or spread. */
export interface Domo {
  /** See {@link createUser}. */ createUser(user: NewUser, options?: CallOptions): Promise<User>;
  /** See {@link getUserById}. */ getUserById(id: UserId, options?: PartsOptions): Promise<User>;
  /** See {@link getAllUsers}. */ getAllUsers(options?: PartsOptions): Promise<User[]>;
  /** See {@link updateUser}. */ updateUser(id: UserId, changes: UserChanges, options?: CallOptions): Promise<User>;
  /** See {@link deleteUser}. */ deleteUser(id: UserId, options?: CallOptions): Promise<void>;
  /** See {@link searchUsers}. */ searchUsers(options?: SearchOptions): AsyncIterable<User>;
  /** See {@link findUserByEmail}. */ findUserByEmail(email: string, options?: PartsOptions): Promise<User | undefined>;
  /** See {@link listRoles}. */ listRoles(options?: CallOptions): Promise<Role[]>;
  /** See {@link applyChanges}. */ applyChanges(changes: readonly Change[] | UserPlan, options: CursorOptions):
    Promise<Required<ApplyResult>>;
  /** See {@link applyChanges}. */ applyChanges(changes: readonly Change[] | UserPlan, options?: ApplyOptions): Promise<ApplyResult>;
  /** See {@link streamUsers}. */ streamUsers(options?: PartsOptions): AsyncIterable<User>;
  /** See {@link exportUsersCsv}. */ exportUsersCsv(options?: ExportOptions): ReadableStream<Uint8Array>;
  /** See {@link planUsers}. */ planUsers(desired: AsyncIterable<DesiredRow | Uint8Array | string> | Iterable<DesiredRow>, options?: PlanOptions): Promise<UserPlan>;
  /** See {@link planUsers}. */ planUsers(desired: DesiredUsers, options?: PlanOptions): Promise<UserPlan>;
  /** See {@link request}. */ request<T = unknown>(req: RequestInput, options?: CallOptions): Promise<T>;
}
/** Options of a single call. They override the configuration. An option that the function does not have is refused with `INVALID_INPUT`. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason; a request already sent may still take effect. `AbortSignal.timeout(ms)` limits the whole call. */
  signal?: AbortSignal | undefined;
  /** Time limit of one attempt in milliseconds; 0 is no limit. Default: the configuration's. */
  timeoutMs?: number;
  /** Number of retries after the first attempt. Default: the configuration's. */
  maxRetries?: number;
  /** Added to the headers of the configuration; a header of the same name is replaced. */
  headers?: Record<string, string>;
}

// ---- the five documented endpoints ----------------------------------------------------------

/** Which fields and attributes of a user are returned, by Domo's names. Case is ignored. */
export type Parts = "MINIMAL" | "SIMPLE" | "DETAILED" | "GROUPS" | "ROLE";
/** Options of the functions that read users. */
export interface PartsOptions extends CallOptions {
  /** One or several. Default: Domo's own default. */
  parts?: Parts | readonly Parts[];
}

/** The id of a user: an integer from 1 to 2^53 - 1, or its decimal string, as read from CSV or from Code Engine's `person`. */
export type UserId = number | string;
/** One value of an attribute. Only `null` clears a value: `undefined`, array holes, functions and symbols are refused with `INVALID_INPUT`. */
export type AttributeValue = string | number | boolean | null;
/** One attribute, such as `{key: "department", values: ["Sales"]}`. */
export interface UserAttribute {
  /** A key of Domo's or of your instance. */ key: string;
  /** Usually a single value. Dates are milliseconds since 1970. */ values: AttributeValue[];
  [field: string]: unknown;
}
/** A user as the API returned it: fields that Domo does not document are kept. `parts` chooses the fields. */
export interface User {
  /** The id, which never changes. */ id: number;
  /** The name that others see. */ displayName: string;
  /** The name to sign in with: usually the e-mail address at the time of the create. */ userName?: string;
  /** The id of the role; see {@link listRoles}. */ roleId: number;
  /** The e-mail address. */ emailAddress?: string;
  /** All other fields, if `parts` asks for them; see {@link userAttributes}. */ attributes?: UserAttribute[];
  [field: string]: unknown;
}
/** The fields of a new user. Domo documents no others, and no attributes: set those with {@link updateUser}, or `then` of a {@link Change}. */
export interface NewUser {
  /** At least one visible character. */ displayName: string;
  /** An address that no other user has. It is cleaned as {@link updateUser} describes. */ emailAddress: string;
  /** The id of a role, such as 4 for Participant. */ roleId: number;
  [field: string]: unknown;
}
/** The fields to change: at least one. */
export interface UserChanges {
  /** At least one visible character. */ displayName?: string;
  /** An address that no other user has. The sign-in name (`userName`) may stay the old address. */ emailAddress?: string;
  /** The id of a role. */ roleId?: number;
  /** The attributes to change; all others keep their values. `values: [null]` clears one. */ attributes?: UserAttribute[];
  [field: string]: unknown;
}

/**
 * Creates a user and returns it, with its id. `POST /api/identity/v1/users`
 *
 * If no response shows whether the user was created (none, 408, 5xx), the package looks the user up by e-mail and returns it, instead of sending the request again.
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent); `CONFLICT` if the e-mail is taken, with `existing`; `OUTCOME_UNKNOWN` if neither the response nor the
 * look-up shows whether the user was created; or any other code
 */
export function createUser(domo: DomoConfig | Domo, user: NewUser, options?: CallOptions): Promise<User>;
/**
 * Returns one user. `GET /api/identity/v1/users/{id}`
 * @throws {DomoError} `NOT_FOUND` if the instance has no such user, or any other code
 */
export function getUserById(domo: DomoConfig | Domo, id: UserId, options?: PartsOptions): Promise<User>;
/** Returns all users of the instance. `GET /api/identity/v1/users` */
export function getAllUsers(domo: DomoConfig | Domo, options?: PartsOptions): Promise<User[]>;
/**
 * Changes the given fields, leaves all others as they are, and returns the user. `PATCH /api/identity/v1/users/{id}`
 *
 * Sends the documented body. If a 200 response does not show a requested top-level field, sends the attributes body that other clients use, once; if that
 * response still shows another value, the call rejects with `BAD_RESPONSE`. E-mail addresses (`emailAddress`, `alternateEmail`, `userName`, `reportsTo`, as
 * fields or attributes) are sent without invisible characters and surrounding text (`mailto:`, `Ada <ada@example.com>`, quotes, brackets).
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent), also for a name without visible characters, a string with U+FFFD (decoded with the wrong
 * character encoding), a spreadsheet error such as `#N/A`, a function or a symbol; or any other code
 */
export function updateUser(domo: DomoConfig | Domo, id: UserId, changes: UserChanges, options?: CallOptions): Promise<User>;
/**
 * Deletes a user. `DELETE /api/identity/v1/users/{id}`
 * @throws {DomoError} `NOT_FOUND` if the instance has no such user, unless an earlier attempt of this call may have deleted it; or any other code
 */
export function deleteUser(domo: DomoConfig | Domo, id: UserId, options?: CallOptions): Promise<void>;

/**
 * Returns the attributes of a user as one object: `{department: "Sales", …}`. A single value is unwrapped; several values stay an array.
 * @throws {DomoError} `INVALID_INPUT` if the argument is not a user
 */
export function userAttributes(user: User): Record<string, AttributeValue | AttributeValue[]>;

// ---- search, plan, apply --------------------------------------------------------------------

/** What to search for; without options, all users are found. Domo does not document the search; it is sent as other public clients send it. */
export interface SearchOptions extends CallOptions {
  /** Part of a name or an e-mail address, ignoring case. If it is a complete address, it is cleaned as {@link updateUser} describes. */
  text?: string;
  /** Domo's own filters, sent unchanged, such as `{filterType: "value", field: "roleId", operator: "EQ", values: [4]}`. */
  filters?: object[];
  /** The order of the users. Default: the instance's own. */ sort?: {
    /** A field of the users. */ field: string;
    /** Ascending or descending. */ order: "ASC" | "DESC";
  };
  /** Which fields are returned. Default SIMPLE. */
  parts?: Parts | readonly Parts[];
  /** Limits the attributes that `parts` returns (DETAILED) to these keys. Default: all. */
  attributes?: readonly string[];
  /** Includes deleted users. Default false. */ includeDeleted?: boolean;
  /** Includes Domo's support users. Default false. */ includeSupport?: boolean;
  /** Users per request, from 50 to 200. Default 200. */ pageSize?: number;
}
/**
 * Searches users, one page at a time as the loop needs it: `for await (const user of searchUsers(domo, {text: "jane"}))`. Leaving the loop stops the requests.
 * `POST /api/identity/v1/users/search`
 * @throws {DomoError} in the loop: `INVALID_INPUT` (nothing was sent), or any other code
 */
export function searchUsers(domo: DomoConfig | Domo, options?: SearchOptions): AsyncIterable<User>;
/**
 * Returns the user with this e-mail address, or `undefined` if there is none. Case, invisible characters and text around an address are ignored, in `email` and
 * in the instance. One search request usually finds the user; if it finds nobody, the list of all users is read too, since the search does not find an
 * address with an invisible character inside. For many addresses use {@link planUsers} or {@link streamUsers}.
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent), or any other code
 */
export function findUserByEmail(domo: DomoConfig | Domo, email: string, options?: PartsOptions): Promise<User | undefined>;

/** A role, as the instance returned it. */
export interface Role {
  /** 1 Admin, 2 Privileged, 3 Editor, 4 Participant, 5 Social, or the id of a custom role. */ id: number;
  /** The name that people see. */ name: string;
  /** What the role is for. */ description?: string;
  /** The number of users who have the role. */ userCount?: number;
  [field: string]: unknown;
}
/**
 * Returns the roles of the instance. Not part of Domo's documented Users API. `GET /api/authorization/v1/roles`
 * @throws {DomoError} `FORBIDDEN` if the token may not list roles, or any other code
 */
export function listRoles(domo: DomoConfig | Domo, options?: CallOptions): Promise<Role[]>;

/**
 * Returns the users of {@link getAllUsers} one at a time as the body arrives: `for await (const user of streamUsers(domo)) …`. Memory does not grow with the
 * instance, and nothing is read ahead. Nothing is sent before the loop asks for the first user; leaving the loop cancels the request. Can be iterated once.
 *
 * All errors are thrown in the loop. A failure before the first user is retried; if the body breaks off later, its complete users are followed by an error
 * (`NETWORK`, `TIMEOUT` or `BAD_RESPONSE`), without a retry. Hosts without streams (axios, Code Engine) read the whole body first.
 */
export function streamUsers(domo: DomoConfig | Domo, options?: PartsOptions): AsyncIterable<User>;

/** Options of {@link usersToCsv}, and of {@link exportUsersCsv} among others. */
export interface CsvOptions {
  /**
   * Fields and attribute keys, each once, recognised like headers of {@link planUsers}: `Cost Center` is the key `costcenter`. Default: the five fields of
   * {@link User}, then the attributes that Domo is known to have. An unknown name is refused before users are requested. The instance is asked for its attribute
   * keys only if a name is not exactly one of Domo's; if it does not list them, and in `usersToCsv`, only names that are nearly Domo's own are refused.
   */
  columns?: readonly string[];
  /** Leaves cells that a spreadsheet would run as a formula unchanged. Default false: each gets an apostrophe in front. */
  rawCells?: boolean;
  /** Starts with a byte order mark, which Excel needs to recognise UTF-8. Default false. Reading the stream as text (`new Response(stream).text()`) removes it. */
  bom?: boolean;
  /** What separates cells. Default `","`. {@link planUsers} finds it in the header row. */
  delimiter?: "," | ";" | "\t" | "|";
  /**
   * How hireDate, created, modified, lastActivity and lastLogin are written: "milliseconds" since 1970 (default), or "iso", in UTC: `2024-03-01` if the instant is
   * a midnight, else `2024-03-01T09:30:00Z`. Other attributes stay as they are.
   */
  dates?: "milliseconds" | "iso";
}
/** Options of {@link exportUsersCsv}. */
export interface ExportOptions extends PartsOptions, CsvOptions {
  /**
   * How managers (`reportsTo`) are written: "id" (default), or "emailAddress": all users are read twice, first their addresses, which are kept in memory. The cell
   * is empty if the manager is not in the instance, or has no address that is an e-mail address and of this user alone. If such a file is planned with
   * `emptyCells: "clear"`, users with an empty cell lose their manager.
   */
  managers?: "id" | "emailAddress";
  /**
   * How `roleId` is written: "id" (default), or "name", with one request for the roles. Roles that are not listed, share their name with another or have a number as
   * their name keep the id. Plan a file with such ids only in the same instance: in another one, the id may be that of another role.
   */
  roles?: "id" | "name";
}

/**
 * Returns all users as CSV bytes, written as the body arrives: RFC 4180, CRLF, UTF-8, with a header row. `parts` defaults to DETAILED. Cancelling the stream
 * cancels the request; errors reach the reader. Several values of one attribute are written as JSON, `["a","b"]`, and so is a single string that begins with
 * `[`. A cell that a spreadsheet would run as a formula (`/^'*[=+\-@\t\r]/`) gets one apostrophe in front, a negative number too. {@link planUsers} reverses
 * both, so an exported file makes an empty plan, also with `rawCells`.
 * @throws {DomoError} `INVALID_CONFIG`, synchronously, if the runtime has no ReadableStream
 */
export function exportUsersCsv(domo: DomoConfig | Domo, options?: ExportOptions): ReadableStream<Uint8Array>;
/**
 * Returns the CSV of {@link exportUsersCsv} for any users: an array, a filtered {@link streamUsers}, a search. Users are taken from the iterator as the stream is
 * read, up to 64 at a time; cancelling the stream closes the iterator. What the iterator throws reaches the reader, after the users before it. An item that is not a
 * user (an object with an id), and data that JSON cannot hold, is an `INVALID_INPUT` that names its index.
 * @throws {DomoError} `INVALID_CONFIG`, synchronously, if the runtime has no ReadableStream
 */
export function usersToCsv(users: Iterable<User> | AsyncIterable<User>, options?: CsvOptions): ReadableStream<Uint8Array>;

/** A request of {@link request}. */
export interface RequestInput {
  /** The HTTP method. */ method: string;
  /** The absolute path on the instance, such as `/api/content/v2/users/me`. */ path: string;
  /** Added to the path. */ query?: Record<string, string | number | boolean>;
  /** Sent as JSON. */ body?: unknown;
}
/**
 * Sends a request to any other path of the instance, with the same signing, retries, time limits and errors. Returns the parsed JSON of the response, a string
 * if the response has another content type, or `null` if the body is empty. A POST is retried only after 429, or 503 with Retry-After; if it gets no response, it
 * may have taken effect. The type `T` of the result is not checked.
 */
export function request<T = unknown>(domo: DomoConfig | Domo, req: RequestInput, options?: CallOptions): Promise<T>;

// ---- errors ---------------------------------------------------------------------------------

/** The kind of an error. */
export type DomoErrorCode =
  | "INVALID_CONFIG" | "INVALID_INPUT" // nothing was sent, except the reads of planUsers, and requests of a run whose journal fails (INVALID_INPUT)
  | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "CONFLICT" | "RATE_LIMITED" | "REQUEST_REJECTED" | "SERVER_ERROR" // by status
  | "REDIRECTED" // redirects are not followed, so the token never reaches another host; but axios in a browser follows them by itself
  | "BAD_RESPONSE" // a 2xx with an unexpected body: HTML, cut off, or the wrong shape; or a custom fetch or axios returned no response
  | "NETWORK" | "TIMEOUT" // no response, or an incomplete one: the request may have taken effect
  | "OUTCOME_UNKNOWN" // a create that may or may not have succeeded; a change that an earlier run may have carried out
  | "TOO_MANY_DELETES" | "STALE" // a change whose user was changed after the plan was made: it was not sent
  | "INTERNAL"; // INTERNAL: a bug in this package, or a runtime that does not allow WebAssembly

/**
 * An Error with a code. Its JSON includes name and message. `instanceof` goes by name and code, as {@link isDomoError} does. The constructor is for your own tests.
 * An aborted call rejects with the signal's own reason instead, as `fetch` does.
 */
export class DomoError extends Error {
  /** For your own tests. */ constructor(code: DomoErrorCode, message: string, fields?: Partial<Omit<DomoError, "name" | "code" | "message">>);
  /** Always "DomoError". */ name: "DomoError";
  /** The kind of the error. */ code: DomoErrorCode;
  /** The HTTP status, if there was a response. */ status?: number;
  /** The HTTP method of the request. */ method?: string;
  /** The path of the request on the instance, with its query. */ path?: string;
  /** The `x-request-id` header of the response. */ requestId?: string;
  /** The trace id in Domo's error body, for Domo's support; also in the message. */ toe?: string;
  /** With `CONFLICT` of a create: the user that has this e-mail, if it was found. */ existing?: User;
  /** With `CONFLICT` of a create: the deleted user that has this e-mail, if no other user has it. */ existingDeleted?: User;
  /** The body of the response, parsed if it is JSON. */ body?: unknown;
  /** The number of attempts made. */ attempts?: number;
  /** How long the instance asked to wait, in milliseconds. If a rate limit delayed the call, the remaining time. */ retryAfterMs?: number;
  /** The error that the host reported, without secrets. */ cause?: unknown;
  /** Errors of a list of `planUsers`, up to 10,000, with the header in the file. */ rows?: RowError[];
}

/** What is wrong with a row of a list of {@link planUsers}. */
export type RowError = {
  /** The row, as in a spreadsheet: the header is row 1, the first object row 2. */ row: number;
  /** The header of the column in the file. */ column?: string;
  /** What the cell holds. */ value?: string;
  /** What is wrong, and what is expected. */ reason: string;
};

/** Whether a value is a DomoError, by name and code instead of instanceof: true across realms and across two copies of the package. Never throws. */
export function isDomoError(error: unknown): error is DomoError;
