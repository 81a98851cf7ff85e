// The page: people on one view, the review of a file on the other.
import { connect } from "/domo-users/index.js";
import { byId } from "./dom.js";
import { chooseFile, fillNewRoles, listenForFiles, planOptions } from "./file.js";
import { readPeople, roles, showPeople } from "./people.js";
import { createReview } from "./review.js";

// The page's own origin, without a token: the server adds it.
const domo = connect({ baseUrl: "" });

function showView(name) {
  byId("people-view").hidden = name !== "people";
  byId("review-view").hidden = name !== "review";
}

async function read() {
  await readPeople(domo);
  fillNewRoles(roles());
}

const review = createReview({
  domo,
  instance: () => byId("instance").textContent,
  options: planOptions,
  choose: chooseFile,
  changeOptions() {
    showView("people");
    byId("more-options").open = true;
    byId("delete-missing").focus();
  },
  leave(changed) {
    showView("people");
    byId("people-heading").focus();
    if (changed) read();
  },
});

listenForFiles({
  // Neither a run nor the question before it may lose its plan.
  mayDrop: () => !review.isRunning() && !document.querySelector("dialog[open]"),
  onFile(file) {
    showView("review");
    review.planFile(file);
  },
});
byId("plan-again").addEventListener("click", () => {
  showView("review");
  review.planAgain();
});

byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("input", showPeople);
byId("reload").addEventListener("click", read);
// A run that is left in the middle cannot be undone here.
addEventListener("beforeunload", (event) => {
  if (review.isRunning()) event.preventDefault();
});

try {
  const about = await (await fetch("/about.json")).json();
  byId("instance").textContent = about.instance;
  document.title = `People of ${about.instance}`;
} catch {
  byId("instance").textContent = "the server does not respond";
}
read();
