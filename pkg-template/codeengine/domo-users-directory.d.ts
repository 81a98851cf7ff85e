/**
 * The second file to paste into Domo Code Engine, for whole instances, as a CommonJS module. Its functions take their arguments by position and send requests with
 * Code Engine's module `codeengine`, which they require at the first call.
 * @module domo-users/codeengine/directory
 */
import type { ApplyOptions, DesiredUser, DomoError, PlanOptions, User, UserId, UserPlan } from "../index.cjs";

/** The desired users: CSV with a header row, or an array. The named forms exist because Code Engine has no type for "string or array". */
export type Desired = string | DesiredUser[] | DesiredCsv | DesiredList;
/** The desired users as CSV. */
export type DesiredCsv = {
  /** CSV with a header row. */ csv: string;
};
/** The desired users as a list. */
export type DesiredList = {
  /** The users. */ users: DesiredUser[];
};

/** The results of the changes so far, including those of earlier runs. */
export interface Outcome {
  /** The number of changes that were done. */ done: number;
  /** The number of changes that failed. */ failed: number;
  /** Not started, or not finished. */
  skipped: number;
  /** In the order of the changes. */
  results: OutcomeOfChange[];
  /** For the next run with the same plan; null when nothing remains. */
  cursor: string | null;
}

/** The result of one change. */
export type OutcomeOfChange = {
  /** The index of the change in the plan. */ index: number;
  /** Whether the change was done, failed, or was not started or not finished. */ status: "done" | "failed" | "skipped";
  /** The change was in effect already; nothing was sent. */ unsent?: true;
  /** The change is not done, but may have taken effect. */ unclear?: true;
  /** The id of the user; missing if an earlier run did the whole change, unless it is a create. */ userId?: UserId;
  /** Why the change failed. */ error?: ErrorData;
};

/** A `DomoError` as plain data. */
export type ErrorData = Pick<DomoError, "code" | "status" | "method" | "path" | "requestId" | "toe" | "existing" | "body" | "attempts" | "retryAfterMs"> & {
  /** Always "DomoError". */ name: "DomoError";
  /** What happened, and what to do. */ message: string;
};

/** Returns the changes that make the instance match `desired`. Only reads. */
export function planUsers(desired: Desired, options?: Omit<PlanOptions, "signal" | "onRead"> | null): Promise<UserPlan>;
/**
 * Applies a plan for four minutes, or for `deadlineMs`. With the `cursor` of the run before, continues that run: changes that are done are not sent again, a change
 * that was started is looked up first, a change that failed is not tried again (a new plan contains it).
 */
export function applyChanges(
  plan: UserPlan | UserPlan["changes"],
  cursor?: string | null,
  options?: Omit<ApplyOptions, "signal" | "onProgress" | "onRead" | "journal" | "cursor"> | null,
): Promise<Outcome>;
/** Returns the user with this e-mail address, ignoring case, or null if there is none. */
export function findUserByEmail(email: string, parts?: string | null): Promise<User | null>;
