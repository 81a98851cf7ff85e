/**
 * Manage the users of a Domo instance. Every function takes a plain configuration, or what `connect` made of one.
 * Promises reject with a {@link DomoError}, or with the reason of your own `signal` where that ended the call.
 */

// ---- connection -----------------------------------------------------------------------------

/** Where calls go and how. Plain data; checked at every call, or once by {@link connect}. A field that looks like a misspelt one is refused with `INVALID_CONFIG`. */
export interface DomoConfig {
  /**
   * Your instance: its name (`acme`), its host (`acme.domo.com`), or any https URL of it as copied from a browser, of which only the host counts. The
   * host must be `<label>.domo.com`, without user, password or port. Give exactly one of instance, baseUrl, codeengine.
   */
  instance?: string;
  /** A proxy or a test server in place of an instance; `''` is the page's own origin, with its session and no token. */
  baseUrl?: string | URL;
  /**
   * A token from Admin > Authentication > Access tokens, sent as `X-DOMO-Developer-Token`. Required with `instance`; with `baseUrl`
   * a proxy may hold it. A function is called before every attempt, so that tokens can rotate. It appears in no error, event or log.
   *
   * This function, `fetch`, `axios`, `onEvent`, `onProgress` and a journal run in the async context (`AsyncLocalStorage`) of their own call, also while calls share
   * a client, a token or a wait. The call of an async iterable is that of `next()`; the call of a ReadableStream is its creation.
   */
  developerToken?: string | (() => string | Promise<string>);
  /** Domo Code Engine's own module, `require('codeengine')`: its `sendRequest` signs the calls, for the instance it runs in. */
  codeengine?: { sendRequest(method: string, url: string, body?: unknown, headers?: unknown, contentType?: string): Promise<unknown> };
  /** axios, for hosts that offer nothing else: Code Engine managing another instance with a token. Used in place of `fetch`. */
  axios?: (config: object) => Promise<{ status: number; headers: unknown; data: unknown }>;
  /**
   * Used instead of the host's `fetch`; called with a URL string and a plain object, without a receiver. The object has `cache: "no-store"`, so that no cache
   * answers a read, unless the host's own `Request` rejects that field.
   */
  fetch?: (url: string, init: object) => unknown;
  /** Sent with every call. The token does not belong here. */
  headers?: Record<string, string>;
  /**
   * Milliseconds for one attempt, headers and body together; 0 is no limit. Default 60000. Where the body is read as it comes
   * (`streamUsers`, `exportUsersCsv`, `planUsers`): until the headers, then for each wait for more; your own time does not count.
   */
  timeoutMs?: number;
  /**
   * Retries after the first attempt. Default 2. Reads, updates and deletes are repeated after a network failure, a time limit, 408, 429, 500, 502,
   * 503 and 504; a create only after 429, or 503 with Retry-After. Waits grow from 500 ms to 8 s with full jitter; Retry-After is obeyed up to a minute.
   * A 429 in a run of {@link applyChanges} does not count: see {@link ApplyOptions.concurrency}.
   */
  maxRetries?: number;
  /** Sees every attempt, answer and retry; never the token, never a body. Its own exceptions are ignored. */
  onEvent?: (event: RequestEvent) => void;
  /** A token in a browser page can be read by everyone who opens it: refused unless this is true. Default false. */
  allowBrowserToken?: boolean;
}

/** What `onEvent` sees. `path` holds the query; `attempt` begins at 1; times are in milliseconds. */
export type RequestEvent =
  | { type: "request"; method: string; path: string; attempt: number }
  | { type: "response"; method: string; path: string; attempt: number; status: number; durationMs: number; requestId?: string }
  | { type: "retry"; method: string; path: string; attempt: number; delayMs: number; reason: string };

/**
 * The same functions with the configuration already given: `connect(config).getUserById(7)`.
 * @throws {DomoError} `INVALID_CONFIG`, at once
 */
export function connect(config: DomoConfig): Domo;

/** A connected instance: frozen, and its token shows in no inspection, JSON or spread. */
export interface Domo {
  /** See {@link createUser}. */
  createUser(user: NewUser, options?: CallOptions): Promise<User>;
  /** See {@link getUserById}. */
  getUserById(id: UserId, options?: PartsOptions): Promise<User>;
  /** See {@link getAllUsers}. */
  getAllUsers(options?: PartsOptions): Promise<User[]>;
  /** See {@link updateUser}. */
  updateUser(id: UserId, changes: UserChanges, options?: CallOptions): Promise<User>;
  /** See {@link deleteUser}. */
  deleteUser(id: UserId, options?: CallOptions): Promise<void>;
  /** See {@link searchUsers}. */
  searchUsers(options: Omit<SearchOptions, "parts"> & { parts: Parts }): AsyncIterable<User>;
  searchUsers(options?: SearchOptions): AsyncIterable<User>;
  /** See {@link findUserByEmail}. */
  findUserByEmail(email: string, options?: PartsOptions): Promise<User | undefined>;
  /** See {@link applyChanges}. */
  applyChanges(
    changes: Change[] | UserPlan,
    options: ApplyOptions & { cursor: string | null | undefined; journal?: undefined },
  ): Promise<ApplyResult & { cursor: string | null }>;
  applyChanges(changes: Change[] | UserPlan, options?: ApplyOptions): Promise<ApplyResult>;
  /** See {@link streamUsers}. */
  streamUsers(options?: PartsOptions): AsyncIterable<User>;
  /** See {@link exportUsersCsv}. */
  exportUsersCsv(options?: ExportOptions): ReadableStream<Uint8Array>;
  /** See {@link planUsers}. */
  planUsers(desired: AsyncIterable<DesiredRow | Uint8Array | string> | Iterable<DesiredRow>, options?: PlanOptions): Promise<UserPlan>;
  planUsers(desired: DesiredUsers, options?: PlanOptions): Promise<UserPlan>;
  /** See {@link request}. */
  request(req: { method: string; path: string; query?: Record<string, string | number | boolean>; body?: unknown }, options?: CallOptions): Promise<unknown>;
}

/** For one call, in place of or beside the configuration's. An option that a call does not have is refused with `INVALID_INPUT`. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's own reason. What was sent may have happened all the same. `AbortSignal.timeout(ms)` limits a call as a whole. */
  signal?: AbortSignal;
  /** Milliseconds for one attempt; 0 is no limit. Default: the configuration's. */
  timeoutMs?: number;
  /** Retries after the first attempt. Default: the configuration's. */
  maxRetries?: number;
  /** Added to the configuration's; the same name replaces it. */
  headers?: Record<string, string>;
}

// ---- the five documented endpoints ----------------------------------------------------------

/** Which fields and attributes of a user come, by Domo's names. Any case works. */
export type Parts = "MINIMAL" | "SIMPLE" | "DETAILED" | "GROUPS" | "ROLE";
/** Options of the calls that read users. */
export interface PartsOptions extends CallOptions {
  /** One or several. Default: whatever Domo sends without. */
  parts?: Parts | Parts[];
}

/** A positive whole number up to 2^53 - 1, or its decimal text, as CSV files and Code Engine's `person` give it. */
export type UserId = number | string;
/** One value of an attribute. Only `null` clears it: `undefined`, holes of arrays, functions and symbols are refused with `INVALID_INPUT`. */
export type AttributeValue = string | number | boolean | null;
/** One attribute, such as `{key: "department", values: ["Sales"]}`. */
export interface UserAttribute {
  /** Domo's name of it, or your instance's own. */
  key: string;
  /** Usually one; dates are milliseconds since 1970. */
  values: AttributeValue[];
  [field: string]: unknown;
}
/** A user as the API answered, untouched: fields that Domo does not document are kept. Which fields come depends on `parts`. */
export interface User {
  id: number;
  displayName: string;
  userName?: string;
  roleId: number;
  emailAddress?: string;
  attributes?: UserAttribute[];
  [field: string]: unknown;
}
/**
 * What a create needs. Other fields are sent along as they are, but Domo documents none, and does not take attributes here: set those with
 * {@link updateUser}, or `then` in a {@link Change}.
 */
export interface NewUser {
  /** At least one character that can be seen. */
  displayName: string;
  /** The address alone is sent, as {@link updateUser} describes; must not be taken. */
  emailAddress: string;
  /** The id of a role, such as 4 for Participant. */
  roleId: number;
  [field: string]: unknown;
}
/** At least one field. */
export interface UserChanges {
  displayName?: string;
  emailAddress?: string;
  roleId?: number;
  attributes?: UserAttribute[];
  [field: string]: unknown;
}

/**
 * Creates a user. `POST /api/identity/v1/users`
 *
 * It is never sent twice where it may have happened: after a lost answer the e-mail is looked up, and the user found is the answer.
 * @returns the user, with its id
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent); `CONFLICT` where the e-mail is taken, with `existing`; `OUTCOME_UNKNOWN` where
 * neither the answer nor a look-up tells whether it happened; or any other code
 */
export function createUser(domo: DomoConfig | Domo, user: NewUser, options?: CallOptions): Promise<User>;
/**
 * Reads one user. `GET /api/identity/v1/users/{id}`
 * @throws {DomoError} `NOT_FOUND` where there is none, or any other code
 */
export function getUserById(domo: DomoConfig | Domo, id: UserId, options?: PartsOptions): Promise<User>;
/** Reads all users of the instance. `GET /api/identity/v1/users` */
export function getAllUsers(domo: DomoConfig | Domo, options?: PartsOptions): Promise<User[]>;
/**
 * Changes the given fields and leaves the others. `PATCH /api/identity/v1/users/{id}`
 *
 * Sends the documented form. Where a 200 answer does not show a requested top-level field, the attributes form that other
 * clients use is sent once; where that answer still shows another value, it rejects with `BAD_RESPONSE`.
 *
 * An address is sent as a person sees it: `emailAddress`, `alternateEmail`, `userName` and `reportsTo`, as fields or as attributes, lose invisible
 * characters and the text around an address (`mailto:`, `Ada <ada@example.com>`, one pair of quotes or brackets). What then is no address is refused;
 * a `userName` that is none only loses its invisible characters.
 * @returns the user as the instance answered
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent), also for a name that nobody can see, a string with U+FFFD (decoded with the wrong character
 * encoding), the error of a spreadsheet cell such as `#N/A`, and a function or symbol; or any other code
 */
export function updateUser(domo: DomoConfig | Domo, id: UserId, changes: UserChanges, options?: CallOptions): Promise<User>;
/**
 * Deletes a user. `DELETE /api/identity/v1/users/{id}`
 * @throws {DomoError} `NOT_FOUND` where there is none, unless an attempt before it may have deleted it; or any other code
 */
export function deleteUser(domo: DomoConfig | Domo, id: UserId, options?: CallOptions): Promise<void>;

/**
 * A user's attributes as one object: `{department: "Sales", …}`. One value is unwrapped, several stay an array.
 * @throws {DomoError} `INVALID_INPUT` where it is no user
 */
export function userAttributes(user: User): Record<string, AttributeValue | AttributeValue[]>;

// ---- whole-instance work --------------------------------------------------------------------

/** What to search for; without any of it, all users come. Not documented by Domo: as other clients send it. */
export interface SearchOptions extends CallOptions {
  /** Part of a name or an e-mail address; case does not count. A whole address is searched as a person sees it, any other text as it is. */
  text?: string;
  /** Domo's own filters, sent as they are, such as `{filterType: "value", field: "roleId", operator: "EQ", values: [4]}`. */
  filters?: object[];
  /** The order in which users come. Default: the instance's own. */
  sort?: { field: string; order: "ASC" | "DESC" };
  /** Which fields of a user come. Default SIMPLE. */
  parts?: Parts[];
  /** Of the attributes that the parts bring (DETAILED), only these. Default: all of them. */
  attributes?: string[];
  /** Deleted users too. Default false. */
  includeDeleted?: boolean;
  /** Domo's own support users too. Default false. */
  includeSupport?: boolean;
  /** Users fetched in one call, from 50 to 200. Default 200. */
  pageSize?: number;
}
/**
 * Searches, page after page as they are asked for: `for await (const user of searchUsers(domo, {text: "jane"}))`. Leaving the loop fetches no more.
 * `POST /api/identity/v1/users/search`
 * @throws {DomoError} from the loop: `INVALID_INPUT` (nothing was sent), or any other code
 */
export function searchUsers(domo: DomoConfig | Domo, options: Omit<SearchOptions, "parts"> & { parts: Parts }): AsyncIterable<User>;
export function searchUsers(domo: DomoConfig | Domo, options?: SearchOptions): AsyncIterable<User>;
/**
 * Finds the user with exactly this e-mail address. Case, invisible characters and text around an address make no difference, neither in `email` nor in
 * what the instance holds; of two users whom only these tell apart, the one with just the address is returned. Resolves with `undefined` if there is none.
 *
 * One search is enough to find a user. It compares texts as they are, so if it finds nobody, or if the instance has no search, the list of all users is
 * read as well (unless the token may not list users): an address with an invisible character inside is found only there. For many addresses at a time, use {@link planUsers} or
 * {@link streamUsers}, which read the list once.
 * @throws {DomoError} `INVALID_INPUT` (nothing was sent), or any other code
 */
export function findUserByEmail(domo: DomoConfig | Domo, email: string, options?: PartsOptions): Promise<User | undefined>;

/** One change of a plan. Plain data: print it, save it, apply it later. */
export type Change =
  /** A new user. `then` is what a create cannot carry, sent right after it; a `reportsTo` in it comes when all users are there. */
  | { action: "create"; user: NewUser; then?: UserChanges }
  /** New values; `before` holds the old ones of the fields that change. */
  | { action: "update"; id: number; changes: UserChanges; before?: Partial<User> }
  /** A user who goes. */
  | { action: "delete"; id: number; before?: Partial<User> };
/** What {@link planUsers} answers. */
export interface UserPlan {
  changes: Change[];
  /** The number of users that need no change; of protected users, those that have a row. */
  unchanged: number;
  /** What a person should know before applying the plan, one string per kind of warning; empty if there is nothing. */
  warnings: string[];
}

/** How {@link applyChanges} goes about it. `signal` ends the run, not the calls that are in flight. */
export interface ApplyOptions extends CallOptions {
  /**
   * Changes under way at a time, from 1 to 100. Halves itself when the instance returns 429, and recovers. Default 4.
   *
   * A 429 is not a failure of a change, which is sent again later, whatever `maxRetries` is. The run waits until `deadlineMs`, an abort, a Retry-After of more
   * than a minute, or five minutes in which the instance returned nothing but 429; then the rest is skipped, to be resumed.
   */
  concurrency?: number;
  /** Told after each change; `etaMs` is the time that is left at the rate of this run so far. Its own exceptions are ignored. */
  onProgress?: (p: { done: number; failed: number; total: number; etaMs?: number }) => void;
  /** With so many failures nothing more is started, by this run or by one that its cursor would begin. Default: none stop it. */
  stopAfterFailures?: number;
  /**
   * Milliseconds that the run may take. Nothing is started that may not end in time (as long as the slowest change took, and a fifth); what is
   * in flight at the end is cut off. The rest is skipped, to be resumed; of what was cut off, `error` says how far it came.
   */
  deadlineMs?: number;
  /**
   * Where each step's begin and end are kept; applying the same plan again with it resumes: what is done is not sent again, and what was begun is
   * looked up first. `append` gets one line without its line break (an empty one too) and should write it at once, with a line break;
   * `read` gives the lines of earlier runs, or all of them as one text. A last line that was cut in half is no error. Each answer of theirs has
   * `timeoutMs`; without a journal that answers, nothing more is started.
   */
  journal?: { read(): AsyncIterable<string> | Iterable<string>; append(line: string): void | Promise<void> };
  /**
   * In place of a journal, where a run can keep nothing but its answer: `null` for the first run, for the next ones the {@link ApplyResult.cursor}
   * of the run before. What failed, or was cut off twice, stays so in the runs behind it (a new plan tries it again); a run that was killed
   * answers no cursor: plan again.
   */
  cursor?: string | null;
}
/** What became of the changes. */
export interface ApplyResult {
  done: number;
  failed: number;
  /** Not started, or not carried to the end as the run ended: applied again with its journal or cursor, the same plan goes on with these. */
  skipped: number;
  /**
   * In the order of the changes, those of the runs before included. `error` is why a change failed, of a skipped one what ended it half-way,
   * of one that is done what went wrong behind it. `user` is the user as the instance answered last, also where a later step of the same change
   * failed or was skipped; it is missing where an earlier run did all of it.
   */
  results: Array<{ index: number; status: "done" | "failed" | "skipped"; user?: User; error?: DomoError }>;
  /** Where one was asked for: what the next run of the same plan begins with; `null` when nothing is left, or `stopAfterFailures` ended it. */
  cursor?: string | null;
}
/**
 * Applies changes: creates first, then updates, then those that name a manager, deletes last. One that fails neither stops nor hides another; but
 * where an update fails that was to give somebody another manager, the manager of before (by the update's `before`) is not deleted: `CONFLICT`.
 *
 * A `reportsTo` may be the id or the e-mail address of a manager; one who is created in the same run is given some seconds to become usable as one.
 * Addresses and values are sent and refused as {@link createUser} and {@link updateUser} do; `before` is not sent and not checked.
 * Aborting resolves: what is in flight ends, the rest is skipped.
 * @param changes a plan, or a list of changes; all are checked before anything is sent
 * @throws {DomoError} `INVALID_CONFIG` or `INVALID_INPUT` (nothing was sent), also where the journal or cursor is another plan's or cannot be read
 */
export function applyChanges(
  domo: DomoConfig | Domo,
  changes: Change[] | UserPlan,
  options: ApplyOptions & { cursor: string | null | undefined; journal?: undefined },
): Promise<ApplyResult & { cursor: string | null }>;
export function applyChanges(domo: DomoConfig | Domo, changes: Change[] | UserPlan, options?: ApplyOptions): Promise<ApplyResult>;

/**
 * Get All Users, one user at a time as the body arrives: `for await (const user of streamUsers(domo)) …`. Users come as from
 * {@link getAllUsers}; memory does not grow with the instance, and nothing is fetched ahead of you. Leaving the loop ends the request.
 *
 * Nothing is sent before the first user is asked for, and all errors come there. It can be gone through once. A failure before the first
 * user is retried as any call is; where the body breaks off later, the users that came whole are followed by an error (`NETWORK`,
 * `TIMEOUT` or `BAD_RESPONSE`), and nothing is begun anew behind your back. A host without streams (axios, Code Engine) reads the body whole.
 */
export function streamUsers(domo: DomoConfig | Domo, options?: PartsOptions): AsyncIterable<User>;

/** Options of {@link exportUsersCsv}. */
export interface ExportOptions extends PartsOptions {
  /**
   * Names of user fields and attribute keys, each once, understood as {@link planUsers} understands headers: `email` is emailAddress. The file's header
   * is as you wrote them. Default: id, displayName, userName, roleId, emailAddress, then the attributes that are known.
   */
  columns?: string[];
  /** Leaves cells that a spreadsheet would run as a formula as they are. Default false: each gets an apostrophe in front. */
  rawCells?: boolean;
  /** Begins with a byte order mark, without which Excel takes the file for one in the code page of its machine. Default false. */
  bom?: boolean;
}

/**
 * Get All Users as CSV, written as the body arrives: RFC 4180, CRLF, UTF-8 (`bom` marks it as such), a header row. `parts` are DETAILED unless
 * you choose. Cancelling the stream ends the request; errors reach whoever reads, as with {@link streamUsers}.
 *
 * Several values of one attribute stand in their cell as JSON, `["a","b"]`, and so does a single text of an attribute
 * that begins with `[`, blanks aside; nothing else is
 * changed. A cell that a spreadsheet would run as a formula (`/^'*[=+\-@\t\r]/`) gets one apostrophe in front, a negative number too.
 * {@link planUsers} reads both back: a file that was exported makes an empty plan. With `rawCells` that does not hold for texts that begin
 * with an apostrophe before one of `= + - @`.
 *
 * @throws {DomoError} `INVALID_CONFIG`, at once, where the runtime has no ReadableStream
 */
export function exportUsersCsv(domo: DomoConfig | Domo, options?: ExportOptions): ReadableStream<Uint8Array>;

/**
 * The users as they shall be: objects, or CSV with a header row as a text, bytes or a stream. Where the header has no comma, semicolons or tabs are
 * taken for the ends of cells.
 */
export type DesiredUsers = Iterable<DesiredUser> | string | Uint8Array | ReadableStream<Uint8Array>;
/**
 * One of them. Whatever is no field of a user is an attribute; several values are an array, a Date is its milliseconds. Users as `getAllUsers` gives
 * them fit too.
 */
export interface DesiredUser {
  id?: UserId | null;
  emailAddress?: string | null;
  displayName?: string | null;
  roleId?: number | string | null;
  [attribute: string]: unknown;
}
/** Options of {@link planUsers}. */
export interface PlanOptions extends CallOptions {
  /** The field by which rows are matched to users, ignoring case. Default emailAddress. */
  matchBy?: "emailAddress" | "id" | "userName";
  /**
   * Maps headers that are not Domo's to fields: `{"Mail": "emailAddress", "Boss": "reportsTo", "Notes": null}`. `null` ignores the column. A header that
   * the list does not have is refused.
   */
  columns?: Record<string, string | null>;
  /**
   * What happens to a column with values that neither Domo nor the instance knows and that no option names: it is refused (default), or ignored with a
   * warning. It is never written.
   */
  otherColumns?: "refuse" | "ignore";
  /** Attribute keys that no user of the instance has yet and that may be written. */
  newAttributes?: readonly string[];
  /** Whether users without a row are deleted. Users that lack the field of `matchBy` never are. Default false. */
  deleteMissing?: boolean;
  /** More deletes are refused with `TOO_MANY_DELETES`. Default 10. */
  maxDeletes?: number;
  /** Ids that are never updated and never deleted; they count as unchanged. */
  protect?: UserId[];
  /** Whether an empty cell leaves the value unchanged or clears the attribute. Default keep. */
  emptyCells?: "keep" | "clear";
}

/** A {@link DesiredUser} of a type of your own, whose other fields are attributes. */
export interface DesiredRow {
  id?: UserId | null;
  emailAddress?: string | null;
  displayName?: string | null;
  /** A number, or its decimal digits as CSV files have them. */
  roleId?: number | string | null;
}
/** The same of users in a type of your own, and from whatever `for await` goes through: a generator of users, a stream of Node's own. */
export function planUsers(
  domo: DomoConfig | Domo,
  desired: AsyncIterable<DesiredRow | Uint8Array | string> | Iterable<DesiredRow>,
  options?: PlanOptions,
): Promise<UserPlan>;
/**
 * What it would take to make the instance as `desired`. Reads only; the answer is plain data, to be printed, saved and applied later.
 * Creates and updates come in the order of the rows, deletes in that of the instance; an update holds the fields that differ and no others.
 *
 * - **Columns** have Domo's field names; case, blanks, line breaks, hyphens, `_` and invisible characters do not count (`Email Address`, `role_id`). The
 *   headers of Domo's own people import and export files are understood (`email`, `roleID`, `deskPhone`, `employeeID`, `location`; `newEmail` is the new
 *   address). A column may also have the name of an attribute that a user of the instance holds; an exact name wins. Every other column with values is
 *   refused with the name that was probably meant: see `columns`, `otherColumns` and `newAttributes`. `created`, `modified`, `lastActivity`, `lastLogin`,
 *   `groups`, `role`, `sendInvite` and `edit` are ignored. `id` only counts if users are matched by it.
 * - **Cells**: an empty cell, and a missing or undefined field, leave a value unchanged; `null`, or an empty cell with `emptyCells: "clear"`, clears an
 *   attribute. Blanks around a value are removed, and one apostrophe before a formula. `["a","b"]` are several values.
 * - **E-mail addresses** are compared and sent as a person sees them: without invisible characters and without text around them
 *   (`mailto:ada@example.com`, `Ada <ada@example.com>`). Two users of the instance with the same address are an error of the row.
 * - **`hireDate`** takes milliseconds, a Date, `2024-03-01`, or a time with its offset (`2024-03-01T09:30:00Z`). Every other form could mean several days
 *   and is refused. A date without a time matches a stored time from 14
 *   hours before that day begins in UTC until it ends in UTC.
 * - **Damaged cells** are refused, unless the instance holds the same value for that user: U+FFFD, a spreadsheet's errors (`#N/A`), numbers that a
 *   spreadsheet shortened (`4.91701E+11`), names of which nobody sees anything. `712` leaves a stored `"00712"` unchanged, with a warning.
 * - **Equal** are ids and numbers as number or text, booleans in any case, e-mail addresses in any case, lists item by item.
 * - **`reportsTo`** is an id or an e-mail address. That of a user yet to be created stays an address in the plan, for `applyChanges` to resolve.
 * - **Faults** are told all together, by row, column and reason, in the order of the rows (the first 1,000; of those that say the same of a
 *   column 100; and how many more). Rows count as in a spreadsheet: the header is row 1 and the first object row 2. Those of the list itself come
 *   before anything is sent, those that only the instance shows when it was read. Two rows for one user or one address are a fault, and so is a row
 *   that fits two users of the instance, or that would give a user an address which another one has, even where that one is to be changed or
 *   deleted by the same plan, and a `reportsTo` whom the same plan deletes. In objects, so are NaN, an invalid date, and one field under two names.
 *
 * @throws {DomoError} `INVALID_INPUT` with every fault; `TOO_MANY_DELETES`; or as any call that reads
 */
export function planUsers(domo: DomoConfig | Domo, desired: DesiredUsers, options?: PlanOptions): Promise<UserPlan>;

/**
 * Any other path of the instance, with the same signing, retries, time limits and errors; a POST is only sent again after 429, or 503 with
 * Retry-After, and may have happened where its answer was lost (`NETWORK`, `TIMEOUT`).
 * @param req `path` is absolute on the instance, such as `/api/content/v2/users/me`; `body` is sent as JSON
 * @returns the JSON of the answer, its text where it is another kind, `null` where it is empty
 */
export function request(
  domo: DomoConfig | Domo,
  req: { method: string; path: string; query?: Record<string, string | number | boolean>; body?: unknown },
  options?: CallOptions,
): Promise<unknown>;

// ---- errors ---------------------------------------------------------------------------------

/** What kind of failure it is. */
export type DomoErrorCode =
  | "INVALID_CONFIG" | "INVALID_INPUT" // nothing was sent, but what planUsers reads
  | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "CONFLICT" | "RATE_LIMITED" | "REQUEST_REJECTED" | "SERVER_ERROR" // by status
  | "REDIRECTED" // the token is never sent on to another place
  | "BAD_RESPONSE" // a 2xx that is not what the endpoint promises
  | "NETWORK" | "TIMEOUT"
  | "OUTCOME_UNKNOWN" // a create that may or may not have happened
  | "TOO_MANY_DELETES" | "INTERNAL";

/** A real Error. An aborted call rejects with the signal's own reason instead, as `fetch` does. */
export interface DomoError extends Error {
  name: "DomoError";
  code: DomoErrorCode;
  /** The HTTP status, where one came. */
  status?: number;
  /** The HTTP method of the call. */
  method?: string;
  /** The path of the call on the instance, with its query. */
  path?: string;
  /** The answer's `x-request-id`. */
  requestId?: string;
  /** The trace id in Domo's error body, for Domo's support; also in the message. */
  toe?: string;
  /** With CONFLICT on create: the user that has this e-mail, where it could be looked up. */
  existing?: User;
  /** The answer's body, parsed where it is JSON. */
  body?: unknown;
  /** How many attempts were made. */
  attempts?: number;
  /** How long the instance asked to wait, in milliseconds (the message says it in seconds); of a call that was held back, how long that still lasts. */
  retryAfterMs?: number;
  /** What the host reported, with no secrets in it. As JSON, an error has its name and message too. */
  cause?: unknown;
}

/** By name and code, not by instanceof: true across realms and across two copies of the package. Never throws. */
export function isDomoError(error: unknown): error is DomoError;
