/**
 * The second text to paste into Domo Code Engine, as a CommonJS module: whole instances. Its functions take their arguments by position and
 * call through Code Engine's own `codeengine`, which they require at the first call.
 */
import type { ApplyOptions, DesiredUser, DomoError, PlanOptions, User, UserId, UserPlan } from "../index.cjs";

/** What the instance is to be like: CSV with a header row, or a list; named, as Code Engine knows no type that is either. */
export type Desired = string | DesiredUser[] | { csv: string } | { users: DesiredUser[] };

/** What became of the changes so far, those of the runs before included. */
export interface Outcome {
  done: number;
  failed: number;
  /** Not started, or not carried to the end. */
  skipped: number;
  /** In the order of the changes. `userId` is missing where a run before did all of it. */
  results: Array<{ index: number; status: "done" | "failed" | "skipped"; userId?: UserId; error?: ErrorData }>;
  /** For the next run with the same plan; null when nothing is left. */
  cursor: string | null;
}

/** A `DomoError` as plain data. */
export type ErrorData = Pick<DomoError, "code" | "status" | "method" | "path" | "requestId" | "toe" | "existing" | "body" | "attempts" | "retryAfterMs"> & {
  name: "DomoError";
  message: string;
};

/** What it would take to make the instance as desired; reads only. */
export function planUsers(desired: Desired, options?: Omit<PlanOptions, "signal"> | null): Promise<UserPlan>;
/**
 * Makes the changes of a plan, for four minutes unless `deadlineMs` says otherwise. With the `cursor` of the run before it goes on where that ended:
 * what was done is not done again, what was begun is looked up first, what failed stays failed (a new plan tries it again).
 */
export function applyChanges(
  plan: UserPlan | UserPlan["changes"],
  cursor?: string | null,
  options?: Omit<ApplyOptions, "signal" | "onProgress" | "journal" | "cursor"> | null,
): Promise<Outcome>;
/** The user with just this e-mail address, whatever its case; null where there is none. */
export function findUserByEmail(email: string, parts?: string | null): Promise<User | null>;
