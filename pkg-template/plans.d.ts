/** Plans: the changes that make an instance match a list of users, and their application. Exported by the main entry. */
import type { CallOptions, Domo, DomoConfig, DomoError, NewUser, User, UserChanges, UserId } from "./index.js";

// ---- plan -----------------------------------------------------------------------------------

/**
 * Objects, or CSV with a header row: a string, bytes, or a stream of either. Cells are separated by commas; if the header row has none, by semicolons, tabs or `|`.
 */
export type DesiredUsers = Iterable<DesiredUser> | AsyncIterable<DesiredUser | Uint8Array | string> | string | Uint8Array | ReadableStream<Uint8Array>;
/** A desired user. Fields that are not listed are attributes: an array holds several values, a Date becomes milliseconds. A {@link User} is accepted too. */
export interface DesiredUser {
  /** The id. Only compared, unless `matchBy` is "id". */ id?: UserId | null;
  /** The e-mail address. */ emailAddress?: string | null;
  /** The name that others see. */ displayName?: string | null;
  /** The id of a role, or its name. */ roleId?: number | string | null;
  [attribute: string]: unknown;
}
/** Options of {@link planUsers}. */
export interface PlanOptions extends CallOptions {
  /** The field that matches rows to users, ignoring case. Default emailAddress. */
  matchBy?: "emailAddress" | "id" | "userName";
  /** Maps headers that are not Domo's to fields: `{"Mail": "emailAddress", "Notes": null}`. `null` ignores the column. A header that the list does not have is refused. */
  columns?: Record<string, string | null>;
  /** A column that neither Domo nor the instance knows and no option names is refused (default), or ignored with a warning. It is never written. */
  otherColumns?: "refuse" | "ignore";
  /** Attribute keys that neither a user nor the key list of the instance has yet and that may be written. */
  newAttributes?: readonly string[];
  /** The encoding of CSV bytes, a name that TextDecoder knows. Default: UTF-8, or UTF-16 if the first bytes show it. */
  encoding?: string;
  /** Default: the delimiter of the header row, or of a first line `sep=;`. */
  delimiter?: "," | ";" | "\t" | "|";
  /**
   * Values for rows that create a user and leave the field empty, such as `{roleId: "Participant"}`. Checked like a row; never used for updates. Not allowed
   * are fields that differ for each user: `id`, `emailAddress`, `newEmail`, `userName`.
   */
  newUsers?: {
    /** The id of a role, or its name. */ roleId?: number | string;
    [field: string]: unknown;
  };
  /** Deletes users without a row, except the owner of the token, users in `protect`, and users whose field of `matchBy` is missing or no valid address. Default false. */
  deleteMissing?: boolean;
  /** A number of users, or a whole percentage of the users of the instance, rounded down (`"5%"`). A plan with more deletes is refused with `TOO_MANY_DELETES`. Default 10. */
  maxDeletes?: number | `${number}%`;
  /** Ids that are never updated or deleted; they count as unchanged. "me" is the owner of the token; `INVALID_INPUT` if the instance does not tell who that is. */
  protect?: readonly (UserId | "me")[];
  /** Whether an empty cell leaves the value unchanged ("keep", default) or clears the attribute. */
  emptyCells?: "keep" | "clear";
  /** Called while the users of the instance are read. Exceptions thrown by the callback are ignored. */
  onRead?: (progress: ReadProgress) => void;
}
/** The progress of a read of all users. */
export interface ReadProgress {
  /** The number of users that were read. It starts again from 0 in the rare case that a plan has to read all users a second time. */
  users: number;
}

/** A {@link DesiredUser} of your own type; its other fields are attributes. */
export interface DesiredRow {
  /** The id. Only compared, unless `matchBy` is "id". */ id?: UserId | null;
  /** The e-mail address. */ emailAddress?: string | null;
  /** The name that others see. */ displayName?: string | null;
  /** The id of a role, or its name. */ roleId?: number | string | null;
}
/** Plans from users of your own type, or from any async iterable: a generator of users, a Node stream. */
export function planUsers(domo: DomoConfig | Domo,
  desired: AsyncIterable<DesiredRow | Uint8Array | string> | Iterable<DesiredRow>, options?: PlanOptions): Promise<UserPlan>;
/**
 * Returns the changes that make the instance match `desired`. Only reads. Creates and updates are in the order of the rows, deletes in the order of the
 * instance; an update holds only the fields that differ. The guide `docs/lists.md` describes each rule.
 *
 * - **Columns** have Domo's field names, the headers of Domo's people import and export, or attribute keys that users of the instance have or that it lists; case, spaces, line
 *   breaks, hyphens and `_` are ignored. Any other column with values is refused: see `columns`, `otherColumns` and `newAttributes`. `created`, `modified`,
 *   `lastActivity`, `lastLogin`, `groups`, `sendInvite` and `edit` are ignored. `id` is only compared unless `matchBy` is "id".
 * - **Cells**: an empty cell, and a missing or undefined field, leave a value unchanged. `null`, or an empty cell with `emptyCells: "clear"`, clears an
 *   attribute. Spaces around a value are removed, and in CSV one apostrophe before a formula, unless the user's value has it. `["a","b"]` holds several values.
 * - **Equal** are ids and numbers as number or string, booleans in any case, e-mail addresses without invisible characters in any case, arrays item by item.
 * - **`hireDate`** takes milliseconds, a Date, `2024-03-01`, or a time with its offset (`2024-03-01T09:30:00Z`). Any other form is ambiguous and is refused;
 *   midnight without an offset is the date alone. A date alone equals a stored time on this day in UTC or in any time zone east of it.
 * - **`roleId`** and **`role`** take a role's id, or its name ignoring case; a number is always an id. A role that the instance does not list is refused, unless the user has it. If the token
 *   may not list roles, names are refused, and ids are set with a warning. The roles are requested only if a name is used or a role is set.
 * - **`reportsTo`** is an id or an e-mail address. The address of a user who is still to be created stays in the plan; `applyChanges` resolves it.
 * - **Damaged cells** are refused unless the user already has that value: U+FFFD, spreadsheet errors (`#N/A`), shortened numbers (`4.91701E+11`).
 * - **Errors** are reported together: each reason once, with the number of rows, the first rows and their people; `rows` of the error has all of them. Rows are
 *   numbered as in a spreadsheet: the header is row 1, the first object row 2. Errors of the list itself are reported before anything is sent.
 *
 * - **Requests**: the list of all users. Only if the plan needs them: the roles, the attribute keys, the owner of the token, and the number of users in a search.
 *
 * @throws {DomoError} `INVALID_INPUT` with all errors; `TOO_MANY_DELETES`; or any code of a read
 */
export function planUsers(domo: DomoConfig | Domo, desired: DesiredUsers, options?: PlanOptions): Promise<UserPlan>;

// ---- review, apply, undo --------------------------------------------------------------------

/** One change of a plan. Plain data: print it, save it, apply it later. */
export type Change = CreateChange | UpdateChange | DeleteChange;
/** Creates a user. */
export type CreateChange = {
  /** The kind of the change. */ action: "create";
  /** The new user. */ user: NewUser;
  /** Fields that a create cannot carry, sent right after it; a `reportsTo` in it is sent when all users exist. */ then?: UserChanges;
  /** The row in the desired list. */ row?: number;
  /** In an undo: the id that the user had. */ formerId?: number;
};
/** Changes fields of a user. */
export type UpdateChange = {
  /** The kind of the change. */ action: "update";
  /** The id of the user. */ id: number;
  /** The fields that change. */ changes: UserChanges;
  /** The old values of these fields. */ before?: Partial<User>;
  /** The row in the desired list. */ row?: number;
  /** The user, for people. */ who?: Who;
};
/** Deletes a user. */
export type DeleteChange = {
  /** The kind of the change. */ action: "delete";
  /** The id of the user. */ id: number;
  /** The whole user. */ before?: Partial<User>;
  /** The user, for people. */ who?: Who;
  /**
   * The ids of the users who keep this user as their manager, deleted ones too; {@link undoPlan} uses them. Missing if the plan does not know them: no user in
   * the list of the instance has a manager.
   */
  reports?: UserId[];
  /** In the undo of a create that was not done: what was to follow the create. With `stale`, the user may have these values or those of `before`. */
  then?: UserChanges;
};
/** The name and address of the user of a change as the instance has them, for people. */
export interface Who {
  /** The name. */ displayName?: string;
  /** The e-mail address. */ emailAddress?: string;
}
/** The changes that make the instance match a list; see {@link planUsers}. */
export interface UserPlan {
  /** Creates and updates in the order of the rows, then deletes. */ changes: Change[];
  /** The number of users that need no change. A protected user is counted only if it has a row. */
  unchanged: number;
  /** What a person should know before applying the plan, one string per kind of warning. May be empty. */
  warnings: string[];
  /** The host that the plan was made for. {@link applyChanges} refuses the plan elsewhere, because ids differ. Missing in Code Engine, where it is unknown. */
  instance?: string;
  /** Names by id of the roles and managers in the changes and in `before`, and of `reports`: display names, or the address of a user without one. Roles only if the plan sets a role. */
  names?: {
    /** Names of roles by id. */ roles?: Record<string, string>;
    /** Names of managers by id. */ users?: Record<string, string>;
  };
}
/**
 * Returns a plan as text for people: counts, warnings, then at most `maxChanges` changes (default 100): deletes first, then updates that change the role,
 * other updates, creates. Safe for a terminal: hidden characters are written as `U+200B`, long values and lists are cut. `color` adds ANSI colours. A list is accepted too.
 * @throws {DomoError} `INVALID_INPUT`, synchronously, if {@link applyChanges} would refuse the changes
 */
export function formatPlan(plan: UserPlan, options?: { color?: boolean; maxChanges?: number }): string;

/** Options of {@link applyChanges}. `signal` stops the run; requests in flight finish. */
export interface ApplyOptions extends CallOptions {
  /**
   * Largest number of changes in progress at once, from 1 to 100; halved while the instance returns 429. Default 4. A 429 is not a failure: the change is sent
   * again later, whatever `maxRetries` is. The run stops at `deadlineMs`, on abort, on a Retry-After of more than one minute, or after five minutes of only
   * 429. The remaining changes are skipped and can be resumed.
   */
  concurrency?: number;
  /** Called after each change. `etaMs` is the estimated remaining time in milliseconds. Exceptions thrown by the callback are ignored. */
  onProgress?: (p: Progress) => void;
  /** Called while `stale: "refuse"` reads the users of the instance, before the first change. Exceptions thrown by the callback are ignored. */
  onRead?: (progress: ReadProgress) => void;
  /** After this many failures no further change is started, in this run or in a run that continues its cursor. Default: no limit. */
  stopAfterFailures?: number;
  /**
   * "apply" (default) sends every change. "refuse" reads the instance once first; a change whose user is no longer as in `before` fails with `STALE`, one
   * that is in effect already is done and `unsent`. Compared are, of an update, the fields that it changes; of a delete, the name, the address, the user name,
   * the role and the attributes that people set. A create fails with `CONFLICT` if another user has the address. Changes without `before` are refused; a field
   * that `before` lacks was not set. A user whom the list lacks is requested by id. It is no change if a user has lost a manager who is no longer in the instance.
   */
  stale?: "apply" | "refuse";
  /** Milliseconds for the run. Starts nothing that may not end in time; cancels what is in flight at the end. The remaining changes are skipped and can be resumed. */
  deadlineMs?: number;
  /**
   * Where the start and end of each step are recorded. Applying the same plan with the same journal resumes: what is done is not sent again, what was started is
   * looked up first. `append` receives one line without line break (possibly empty) and should write it at once, with a line break; `read` returns the lines of
   * earlier runs, or one string; an incomplete last line is no error. Each has `timeoutMs` per call. If the journal fails, nothing more is started.
   *
   * After a crash, a `signal` that is aborted already (`AbortSignal.abort()`) returns what the journal says was done: nothing is sent, and nothing is appended.
   * {@link undoPlan} takes this result. A change that was started, but is not known to be done, is skipped with the error `OUTCOME_UNKNOWN`; so is every change
   * if the deadline or an abort ends the reading of the journal. With a signal that is aborted from the start, the reading may take five seconds.
   */
  journal?: Journal;
  /**
   * Resumes like a journal, for hosts that can keep only a result: pass `null` to the first run, then {@link ApplyResult.cursor} of the run before. A change
   * that failed, or was cancelled twice, is left to a new plan. A run that was killed returns no cursor: plan again.
   */
  cursor?: string | null | undefined;
}
/** {@link ApplyOptions} with a cursor: the result then has a cursor too. */
export type CursorOptions = ApplyOptions & {
  /** See {@link ApplyOptions.cursor}. */ cursor: string | null | undefined;
  /** Not beside a cursor. */ journal?: undefined;
};
/** Where a run records its steps. See {@link ApplyOptions.journal}. */
export interface Journal {
  /** Returns the lines of earlier runs, or one string. */ read(): Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>;
  /** Writes one line, which is given without its line break. */ append(line: string): unknown;
}
/** How far a run is. */
export type Progress = {
  /** Changes that were done. */ done: number;
  /** Changes that failed. */ failed: number;
  /** All changes of the plan. */ total: number;
  /** The estimated remaining time in milliseconds. */ etaMs?: number;
};
/** The result of one change. */
export type ChangeResult = {
  /** The index of the change in the plan. */ index: number;
  /** Whether the change was done, failed, or was not started or not finished. */ status: "done" | "failed" | "skipped";
  /** The change was in effect already; nothing was sent. */ unsent?: true;
  /** The change is not done, but may have taken effect. */ unclear?: true;
  /**
   * The user as last returned by the instance; for a user whom an earlier run created, the id and the fields of the create. Missing for any other change that an
   * earlier run has done.
   */
  user?: User;
  /**
   * Why the change failed, what interrupted it, or what went wrong after it was done; `OUTCOME_UNKNOWN` if an earlier run may have carried it out.
   */
  error?: DomoError;
};
/** The result of a run of {@link applyChanges}. */
export interface ApplyResult {
  /** The number of changes that were done. */ done: number;
  /** The number of changes that failed. */ failed: number;
  /** Not started, or not finished before the run stopped. Applying the same plan with its journal or cursor continues with these. */
  skipped: number;
  /** In the order of the changes, including those of earlier runs. */
  results: ChangeResult[];
  /** Present if the option `cursor` was given: pass it to the next run. `null` if nothing remains, or if `stopAfterFailures` stopped the run. */
  cursor?: string | null;
}
/**
 * Applies changes: creates first, then updates, then changes that name a manager, deletes last. A failed change does not stop or hide another; but if an
 * update that gives somebody another manager fails, the previous manager (known from `before`) is not deleted: `CONFLICT`. A `reportsTo` may be the id or the
 * e-mail address of a manager; a manager created in the same run is given some seconds to become usable; if that create fails,
 * whoever is to report to the manager is not changed: `CONFLICT`. Values are cleaned and refused as in
 * {@link updateUser}; `before` is compared only with `stale`. After an abort the promise resolves: requests in flight finish, the rest is skipped.
 * @param changes a plan or an array of changes; all are checked before anything is sent
 * @throws {DomoError} `INVALID_CONFIG` or `INVALID_INPUT` (nothing was sent), also for a plan of another instance, and if the journal or cursor belongs to
 * another plan or cannot be read; with `stale`, any code of a read
 */
export function applyChanges(domo: DomoConfig | Domo, changes: readonly Change[] | UserPlan,
  options: CursorOptions): Promise<Required<ApplyResult>>;
export function applyChanges(domo: DomoConfig | Domo, changes: readonly Change[] | UserPlan, options?: ApplyOptions): Promise<ApplyResult>;
/**
 * Returns the plan that undoes what `result` says was done: old values are set back, created users deleted (half-done ones too), deleted users created again.
 * Users who reported to a deleted user (`reports`) get that manager back by address, unless the run gave them another manager. The `warnings` tell what does not
 * come back: ids, groups and content of deleted users; the reports of deleted users without `reports`; changes that are `unclear`.
 * An old manager who may be gone is set back by a change of its own. Sends nothing: apply the plan, with `stale: "refuse"` if users may have been changed since. The result may be that of a resumed run.
 * @throws {DomoError} `INVALID_INPUT`, synchronously, for an update without `before`, or a result of another plan
 */
export function undoPlan(plan: UserPlan | readonly Change[], result: ApplyResult): UserPlan;

// ---- for tools --------------------------------------------------------------------------------

/**
 * For tools that plan from files: returns a CSV file of the rows that failed, to be corrected and planned again. It has the header and the named rows of `csv`,
 * cell by cell as they are, and a last column `error`, in place of one that the file has already. Plan it with `columns: {error: null}`. Delimiter and line `sep=`
 * are kept. The string has no byte order mark: save it as UTF-8 after "\ufeff" for Excel, and plan it without `encoding`.
 * @param csv the file as {@link planUsers} got it
 * @param errors rows by their numbers in a spreadsheet, as in {@link Change} and `rows` of a DomoError; the errors of one row are joined by `; `
 * @throws {DomoError} `INVALID_INPUT`, synchronously, also if the file does not have one of the rows
 */
export function rejectedRows(csv: string | Uint8Array, errors: ReadonlyArray<{ row: number; error: string }>,
  options?: Pick<PlanOptions, "encoding" | "delimiter">): string;
