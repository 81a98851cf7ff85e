// Carries out a plan: journal, progress, result, rejected rows, summary.
import { existsSync } from "node:fs";
import { commandLine } from "./command-line.js";
import { CliError, EXIT, forPeople } from "./errors.js";
import { openJournal, readOnly } from "./journal.js";
import { writeObject } from "./output.js";
import { readPlan, readResult, saveJson } from "./plan-files.js";
import { durationOf, startProgress } from "./progress.js";
import { readingUsers } from "./reading.js";
import { writeRejected } from "./rejected.js";
import { cell, counted, interrupt, say, style, warn } from "./terminal.js";

/** The result of a run without changes. */
export const NOTHING = { done: 0, failed: 0, skipped: 0, results: [] };

/** Reports that a run has nothing to do. */
export async function reportNothing(result, { json }, message) {
  say(message);
  if (json) await writeObject(result, { json });
}

/** The most failures that are printed; all are in the result. */
const MOST_FAILURES = 20;
/** The fields of an error that a saved result keeps. */
const ERROR_FIELDS = ["code", "message", "status", "method", "path", "requestId", "toe", "existing", "existingDeleted", "attempts", "retryAfterMs"];

const plainError = (error) => Object.fromEntries(ERROR_FIELDS.filter((name) => error[name] !== undefined).map((name) => [name, error[name]]));

/** Returns a result as plain data, together with what earlier runs of the plan returned: a change that was done stays done. */
function merged(result, earlier) {
  const results = result.results.map((now, index) => {
    const before = earlier?.results?.[index];
    if (before?.status === "done") return { ...before, ...(before.user === undefined && now.user !== undefined && { user: now.user }) };
    // Not tried again since it failed.
    if (before?.status === "failed" && now.status === "skipped" && now.error === undefined) return before;
    const user = now.status === "done" ? now.user : (before?.user ?? now.user);
    return { ...now, ...(user !== undefined && { user }), ...(now.error && { error: plainError(now.error) }) };
  });
  const count = (wanted) => results.filter(({ status }) => status === wanted).length;
  return { done: count("done"), failed: count("failed"), skipped: count("skipped"), results, ...(earlier?.rejected && { rejected: earlier.rejected }) };
}

/**
 * Returns what earlier runs of a plan have done, by its journal and its saved result. Sends nothing.
 * @throws if the plan is one of another instance, or the journal one of another plan
 */
export async function earlierResult(domo, plan, files) {
  const journal = existsSync(files.journal) ? readOnly(files.journal) : undefined;
  try {
    const recorded = await domo.applyChanges(plan, { ...(journal && { journal }), signal: AbortSignal.abort() });
    const saved = await readResult(files);
    return { result: merged(recorded, saved), hasRun: journal !== undefined || saved !== undefined };
  } catch (error) {
    if (error?.code === "INVALID_INPUT" && journal && /another plan|not written by applyChanges/.test(error.message)) {
      throw new CliError(`The journal ${files.journal} belongs to another plan than ${files.plan}. Move it and ${files.result} to another folder, and give the command again.`);
    }
    throw error;
  }
}

/**
 * Returns the path of the newest plan whose run was interrupted; undefined if its run, or that of every plan, has ended.
 * @param started the files of plans that were started, newest first
 * @param isMeant whether a plan is the one of the command
 */
export async function newestUnfinished(domo, started, isMeant) {
  for (const files of started) {
    const plan = await readPlan(files.plan);
    if (!isMeant(plan)) continue;
    try {
      const { result } = await earlierResult(domo, plan, files);
      return result.skipped > 0 ? files.plan : undefined;
    } catch (error) {
      if (error?.code !== "INVALID_INPUT") throw error; // a plan of another instance
    }
  }
  return undefined;
}

/** Returns the changes of a plan that are still to be made, as a plan. */
export const remainderOf = (plan, { results }) => ({ ...plan, changes: plan.changes.filter((_, index) => results[index].status !== "done") });

/** Says what earlier runs of a plan have done. */
export function sayEarlier(run, plan, { done, failed }) {
  const of = `${done.toLocaleString("en")} of ${counted(plan.changes.length, "change")}`;
  if (failed > 0 && done + failed === plan.changes.length) return say(`${run} has done ${of}. The others are tried again.`);
  say(`${run} stopped after ${of}. Continuing.`);
}

/** Returns the user whom a change is about, for people. */
export function personOf({ user, who, id, row }) {
  const { displayName, emailAddress } = user ?? who ?? {};
  const named = [displayName, emailAddress && (displayName ? `<${emailAddress}>` : emailAddress)].filter(Boolean).join(" ");
  return `${named || `id ${id}`}${row === undefined ? "" : `, row ${row}`}`;
}

/** Prints what a run has done on stderr. */
function summarize(plan, result, ms, isUndo) {
  const number = (count) => count.toLocaleString("en");
  const coloured = (count, word, colour) => (count > 0 ? style(process.stderr, colour) : String)(`${number(count)} ${word}`);
  const counts = [coloured(result.done, "done", "green"), coloured(result.failed, "failed", "red"), coloured(result.skipped, "skipped", "yellow")];
  process.stderr.write(`${counts.join(", ")} in ${durationOf(ms)}\n`);
  // An undo has no list that could be planned again.
  const messageOf = ({ message }) => forPeople(isUndo ? message.replace(/\. Plan again$/, "") : message);
  const withErrors = result.results.filter(({ error }) => error !== undefined);
  for (const { index, status, error } of withErrors.slice(0, MOST_FAILURES)) {
    say(`- ${status === "failed" ? "" : `${status}: `}${cell(personOf(plan.changes[index]))}: ${error.code ?? "error"}: ${cell(messageOf(error))}`);
  }
  if (withErrors.length > MOST_FAILURES) say(`  … and ${number(withErrors.length - MOST_FAILURES)} more`);
}

/** Carries out the changes, and returns the result of this and earlier runs. */
async function carryOut({ domo, plan, files, options, stale, earlier }) {
  const journal = files && openJournal(files.journal);
  const progress = startProgress(options);
  let isRunning = false;
  // What earlier runs have done counts as done, but not for the rate.
  const beginRun = (done) => {
    if (!isRunning) progress.begin({ total: plan.changes.length, done });
    isRunning = true;
  };
  progress.onWrite = () => beginRun(earlier?.done ?? 0);
  if (stale === "refuse") progress.begin(readingUsers(domo, "users compared"));
  else progress.onWrite();
  const onProgress = ({ done, failed, etaMs }) => {
    beginRun(done + failed);
    progress.update(done + failed, { failed, leftMs: etaMs });
  };
  const stopping = () => {
    progress.stop();
    say("Stopping. Requests in flight are being finished; press Ctrl-C again to end at once.");
  };
  interrupt.addEventListener("abort", stopping, { once: true });
  try {
    const { concurrency, stopAfter } = options;
    const result = await domo.applyChanges(plan, {
      ...(journal && { journal }),
      ...(concurrency !== undefined && { concurrency }),
      ...(stopAfter !== undefined && { stopAfterFailures: stopAfter }),
      stale,
      signal: interrupt,
      onProgress,
      onRead: ({ users }) => progress.update(users),
    });
    return merged(result, earlier);
  } finally {
    interrupt.removeEventListener("abort", stopping);
    progress.stop();
    journal?.close();
  }
}

/** Says where the rejected rows are, and what to do with them: rows of users who have changed are planned again as they are. */
function sayRejected({ file, rows, options }, stale) {
  const [found, it] = rows === 1 ? ["1 rejected row with its error", "it"] : [`${counted(rows, "rejected row")} with their errors`, "them"];
  const what = stale >= rows ? `Plan ${it} again and apply ${it}` : stale > 0 ? `Correct those that are not STALE, and apply ${it}` : `Correct and apply ${it}`;
  say(`${found}: ${file}. ${what}: ${commandLine("apply", file, ...options)}`);
}

/** Says what can be done after a run. */
function sayNext({ plan, result, rejected, isUndo, continueWith, undo }) {
  const stale = result.results.filter(({ error }) => error?.code === "STALE").length;
  if (stale > 0) say(isUndo ? "Users who were changed after the run keep their present values." : "Users have changed since the plan was made. A new plan shows their present values.");
  if (rejected) sayRejected(rejected, stale);
  if (continueWith && result.skipped > 0) say(`Continue: ${commandLine(...continueWith)}`);
  // A create that is not done may have created its user.
  if (undo && result.results.some(({ index, status, unsent, user }) => (status === "done" ? !unsent : user && plan.changes[index].action === "create"))) say(`Undo: ${commandLine(...undo)}`);
}

/** Keeps the result of a run beside the plan. Returns it, the rejected rows, and what could not be written: that must not hide what was done. */
async function saveResult(result, plan, files) {
  const problems = [];
  const attempt = (step) => step().then((value) => ({ value }), (error) => ({ error, problem: problems.push(error.message) }));
  const { value: rejected, error } = await attempt(() => writeRejected({ plan, result, files }));
  // If they could not be written, those of the earlier run are still there.
  const kept = { ...result, rejected: error ? result.rejected : rejected?.kept };
  await attempt(() => saveJson(files.result, kept));
  return { result: kept, rejected, problems };
}

/**
 * Carries out a plan and reports the result; sets the exit code. The caller has the lock of the plan.
 * @param files the paths beside the saved plan; without them, nothing is written
 * @param continueWith the command that continues the run, as arguments
 * @param undo the command that undoes it
 * @param earlier the result of earlier runs
 */
export async function runPlan({ domo, plan, files, options, stale = "refuse", continueWith, undo, earlier }) {
  const begun = performance.now();
  let saved;
  try {
    const result = await carryOut({ domo, plan, files, options, stale, earlier });
    saved = files ? await saveResult(result, plan, files) : { result, problems: [] };
  } catch (error) {
    throw error?.code === "INVALID_INPUT" && error.message.includes("stale:") ? noValuesBefore() : error;
  }
  const { result, rejected, problems } = saved;
  const isUndo = continueWith?.[0] === "undo";
  summarize(plan, result, performance.now() - begun, isUndo);
  for (const problem of problems) warn(`${problem}. What was done is in the journal ${files.journal}.`);
  sayNext({ plan, result, rejected, isUndo, continueWith, undo });
  // Set before anything is written to stdout, whose reader may close it.
  if (!interrupt.aborted && (result.failed > 0 || result.skipped > 0 || problems.length > 0)) process.exitCode = EXIT.FAILED;
  if (options.json || options.output) await writeObject(result, { json: true, output: options.output });
  return result;
}

const noValuesBefore = () =>
  new CliError("The plan does not hold the values before its changes, so it cannot be seen whether users have changed since. Plan again, or pass --force to apply it as it is.");
