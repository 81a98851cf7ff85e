// The review of a file, from the plan to its undo. Each step replaces the content of the view and moves the focus to its heading.
import { undoPlan } from "/domo-users/index.js";
import { countActions, describePlan } from "./changes.js";
import { confirmPlan } from "./dialog.js";
import { announce, byId, counted, el, formatted } from "./dom.js";
import { changesTable, errorsTable, planCharts, planWarnings } from "./plan.js";
import { createRun } from "./run.js";

const ANNOUNCED_STEPS = 4;
/** Options of planUsers that its messages name and the page has. */
const OPTION_NAMES = /\b(columns|otherColumns|newAttributes|newUsers|encoding|maxDeletes)\b/;

/** The codes of errors that are about the file or the options. Others are about the connection or the instance. */
const REFUSALS = ["INVALID_INPUT", "INVALID_CONFIG", "TOO_MANY_DELETES"];

/**
 * Returns the review.
 * @param {{domo: object, instance: () => string, options: () => object, choose: () => void, changeOptions: () => void, leave: (changed: boolean) => void}} page
 * `choose` opens the choice of a file, `leave` goes back to the people, `changeOptions` to the options of the plan
 */
export function createReview({ domo, instance, options, choose, changeOptions, leave }) {
  let file; // the last file, to be planned again with other options
  let changed = false; // whether a run has sent anything since the people were read
  let running;
  let comparing; // the AbortController of the plan that is being made

  function show(heading, lead, ...content) {
    const title = el("h2", { tabindex: "-1" }, heading);
    byId("review-view").replaceChildren(el("div", { className: "card review" }, title, lead && el("p", { className: "lead" }, lead), ...content));
    announce("");
    title.focus();
    title.scrollIntoView({ block: "nearest" });
  }
  const button = (className, text, onclick, more) => el("button", { type: "button", className, onclick, ...more }, text);
  const back = () => button("secondary", "Back to people", toPeople);
  const bar = (...buttons) => el("div", { className: "actions sticky" }, ...buttons);

  function toPeople() {
    leave(changed);
    changed = false;
  }

  /** Compares a file with the instance. */
  async function planFile(chosen) {
    comparing?.abort();
    const { signal } = (comparing = new AbortController());
    file = chosen;
    const again = byId("plan-again");
    again.hidden = false;
    again.textContent = `Plan ${file.name} again`;
    const cancel = () => {
      comparing.abort();
      toPeople();
    };
    show(`Comparing ${file.name} with ${instance()}`, "The people of the instance are read. Nothing is changed.",
      el("progress", { "aria-label": "Comparing" }), el("div", { className: "actions" }, button("secondary", "Cancel", cancel)));
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const plan = await domo.planUsers(bytes, { ...options(), signal });
      if (!signal.aborted) showPlan(plan, { title: `Plan for ${file.name}`, source: file.name });
    } catch (error) {
      if (!signal.aborted) showRefused(error);
    }
  }

  function showRefused(error) {
    const rows = error.rows ?? [];
    const lead = rows.length > 0
      ? `${counted(rows.length, "error")} in the file. Correct the rows and choose the file again. Nothing was changed.`
      : error.code === "TOO_MANY_DELETES"
        ? "Check that the file is complete, or allow more deletes in the options. Nothing was changed."
        : "Nothing was changed.";
    const namesOption = OPTION_NAMES.test([error.message, ...rows.map(({ reason }) => reason)].join("\n"));
    const isRefused = rows.length > 0 || REFUSALS.includes(error.code);
    show(isRefused ? `${file.name} was refused` : `${file.name} could not be compared`, lead,
      rows.length > 0 ? errorsTable(rows) : errorNotice(error),
      namesOption && el("p", { className: "hint" },
        "Messages name options, such as columns or encoding. Choose Change options to set them: each option shows its name."),
      isRefused
        ? bar(back(), button("secondary", "Change options", changeOptions), button("primary", "Choose corrected file", choose))
        : bar(back(), button("primary", "Try again", () => planFile(file))));
  }

  /** @param {() => void} [discard] what leaving the plan does; default: back to the people */
  function showPlan(plan, { title, source, discard }) {
    const described = describePlan(plan);
    const total = plan.changes.length;
    if (total === 0) {
      const unchanged = counted(plan.unchanged, "person", "people");
      const lead = discard ? "Nothing of it can be undone." : `The instance already matches the file: nothing to change, ${unchanged} unchanged.`;
      show(title, lead, planWarnings(plan), bar(discard ? button("secondary", "Back to the result", discard) : back()));
      return;
    }
    const ask = async () => {
      const counts = countActions(plan.changes);
      const deleted = described.filter(({ action }) => action === "delete");
      if (await confirmPlan({ title: "Apply the plan?", instance: instance(), counts, deleted })) apply(createRun(domo, plan), { plan, described, source });
    };
    show(title, `${counted(total, "change")} for ${instance()}. Nothing has been sent yet.`,
      planWarnings(plan), planCharts(plan, described), changesTable(described),
      bar(button("secondary", discard ? "Back to the result" : "Discard", discard ?? toPeople), button("primary", `Apply ${counted(total, "change")}…`, ask)));
  }

  /** Applies a plan, or what is left of it, and shows how far it is. */
  async function apply(run, context) {
    const total = context.plan.changes.length;
    const progress = el("progress", { max: total, value: 0, "aria-label": "Changes applied" });
    const numbers = el("p", { className: "progress-numbers" }, "The instance is read once more, so that no change of somebody else is overwritten.");
    const stop = button("danger", "Stop", () => {
      run.stop();
      stop.disabled = true;
      numbers.textContent = "Stopping: requests that were sent are finished first.";
      announce("Stopping.");
    });
    running = run;
    changed = true;
    show(`Applying ${counted(total, "change")} to ${instance()}`, undefined, progress, numbers, el("div", { className: "actions" }, stop));
    const started = performance.now();
    const earlier = run.result?.done ?? 0; // the progress of a continued run includes what earlier runs did
    let announced = 0;
    try {
      await run.start(({ done, failed, etaMs }) => {
        const ended = done + failed;
        progress.value = ended;
        if (run.stopped) return;
        const parts = [`${formatted(ended)} of ${formatted(total)}`, failed > 0 && `${formatted(failed)} failed`, rate(ended - earlier, performance.now() - started), left(etaMs)];
        numbers.textContent = parts.filter(Boolean).join(" · ");
        const step = Math.floor((ended * ANNOUNCED_STEPS) / total);
        if (step > announced && ended < total) announce(`${formatted(ended)} of ${counted(total, "change")} applied.`);
        announced = step;
      });
      running = undefined;
      showResult(run, context);
    } catch (error) {
      running = undefined;
      // What an earlier run of the plan did can still be undone.
      if (run.result) return showResult(run, context, error);
      show("The plan was not applied", "Nothing was sent.", errorNotice(error),
        bar(back(), button("primary", "Try again", () => apply(run, context))));
    }
  }

  /** @param {Error} [problem] why the run could not be continued */
  function showResult(run, context, problem) {
    const { done, failed, skipped } = run.result;
    const open = failed + skipped;
    const some = `${formatted(done)} of ${counted(done + open, "change")} applied`;
    const heading = open === 0 ? `${counted(done, "change")} applied` : skipped > 0 ? `Stopped: ${some}` : `${some}, ${formatted(failed)} failed`;
    // A change that is not done may have created its user already.
    const hasEffect = run.result.results.some(({ status, unsent, user }) => (status === "done" ? !unsent : user));
    const undo = () => {
      try {
        showPlan(undoPlan(context.plan, run.result), { title: `Undo ${context.source}`, source: `the undo of ${context.source}`, discard: () => showResult(run, context) });
      } catch (error) {
        show("The run cannot be undone", undefined, errorNotice(error), bar(back()));
      }
    };
    const again = skipped > 0 ? `Continue with ${counted(open, "change")}` : `Try ${counted(failed, "failed change")} again`;
    show(heading, open === 0 ? `${instance()} is now as the plan says.` : "What was not done can be tried again, or is part of the next plan.",
      problem && errorNotice(problem),
      el("ul", { className: "totals" },
        [["done", done, "done"], ["failed", failed, "failed"], ["skipped", skipped, "not done"]].map(([kind, count, words]) =>
          el("li", { className: `total total-${kind}${count === 0 ? " zero" : ""}` }, el("strong", {}, formatted(count)), ` ${words}`))),
      changesTable(context.described, run.result),
      bar(back(), hasEffect && button("secondary", "Undo…", undo), open > 0 && button("primary", again, () => apply(run, context))));
  }

  return { planFile, planAgain: () => planFile(file), isRunning: () => running !== undefined };
}

const errorNotice = (error) => el("p", { className: "notice bad" }, `${error.code ?? error.name}: ${error.message}`);

function rate(ended, ms) {
  const perSecond = ended / (ms / 1000);
  return ended >= 5 && Number.isFinite(perSecond) ? `${perSecond < 10 ? perSecond.toFixed(1) : formatted(Math.round(perSecond))} a second` : undefined;
}

function left(etaMs) {
  if (etaMs === undefined || etaMs < 1000) return undefined;
  const seconds = Math.round(etaMs / 1000);
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}
