// The page in Chromium and Firefox, clicked through as a person would, against the mock.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { BROWSERS } from "../support/selenium.mjs";
import { openBrowser } from "./browser.mjs";
import { demoFile, installExample, openSite, writesOf } from "./site.mjs";

let startServer;
before(async () => {
  startServer = await installExample("page");
});

const attribute = (user, wanted) => user.attributes.find(({ key }) => key === wanted)?.values[0];
/** What an undo brings back: everything but ids. */
const snapshot = ({ users }) => [...users.values()].map((user) => {
  const attributes = ["department", "title", "employeeId", "hireDate"].map((key) => attribute(user, key));
  return [user.emailAddress, user.displayName, user.roleId, ...attributes].join("|");
}).sort();

for (const browser of Object.keys(BROWSERS)) {
  test(`HR's file, from its errors to the undo, in ${browser}`, async (t) => {
    const { mock, url } = await openSite(t, startServer);
    const original = snapshot(mock);
    const byEmail = (email) => [...mock.users.values()].find((user) => user.emailAddress === email);
    const page = await openBrowser(t, browser, url);

    await t.test("the people are listed, searched and filtered", async () => {
      await page.see("#people-count", "261 people");
      assert.equal(await page.text("#instance"), "acme.domo.com");
      assert.equal(await page.count("#people-table tbody tr"), 100);
      await page.check("people", "page-people");
      await page.type("search", "soren"); // finds Søren: ø is a letter of its own, so by the address; the accent of ö by the name
      await page.see("#people-count", "of 261 people");
      assert.match(await page.text("#people-table .name"), /Søren/);
      await page.type("search", "dvorak");
      assert.match(await page.text("#people-table .name"), /Dvořák/);
      await page.type("search", "nobody with this name");
      await page.see("#people-table", "Nobody fits");
      await page.check("nobody found");
      await page.type("search", "");
      await page.choose("role", "Admin");
      await page.see("#people-count", "2 of 261 people");
      assert.match(await page.text("#people-table"), /Isaac Ramos[^]*Kavya Singh/);
      await page.choose("role", "All");
      await page.choose("department", "Finance");
      const inFinance = [...mock.users.values()].filter((user) => attribute(user, "department") === "Finance").length;
      await page.see("#people-count", `${inFinance} of 261 people`);
      await page.choose("department", "All");
      await page.click("Show 100 more");
      assert.equal(await page.count("#people-table tbody tr"), 200);
      await page.click("Show the last 61");
      assert.equal(await page.count("#people-table tbody tr"), 261);
    });

    await t.test("a file with errors is refused row by row", async () => {
      await page.drop("hr-june-with-errors.csv", demoFile("hr-june-with-errors.csv"));
      await page.see("h2", "hr-june-with-errors.csv was refused");
      assert.equal(await page.focused(), "hr-june-with-errors.csv was refused");
      assert.equal(await page.count(".errors-table tbody tr"), 6);
      const errors = await page.text(".errors-table tbody");
      for (const part of ["19RoleAdmn", "did you mean Admin", "03/01/2024", "#N/A", "nobody@example.com"]) assert.ok(errors.includes(part), part);
      await page.check("refused", "page-errors");
      assert.deepEqual(writesOf(mock), []);
    });

    await t.test("too many deletes are refused, and the options can be changed", async () => {
      await page.click("Change options");
      await page.field("delete-missing").click();
      await page.type("max-deletes", "5");
      assert.ok(await page.run("return document.getElementById('more-options').open"));
      await page.check("options");
      await page.drop("hr-june.csv", demoFile("hr-june.csv"));
      await page.see(".notice", "would delete 6 users");
      await page.check("too many deletes");
      await page.click("Change options");
      await page.type("max-deletes", "3%"); // of 261 people: 7
      await page.click("Plan hr-june.csv again");
      await page.see("h2", "Plan for hr-june.csv");
    });

    await t.test("the plan shows every change, deletes first, with old and new values", async () => {
      assert.equal(await page.text(".legend"), "6 deleted28 updated5 created227 unchanged");
      assert.match(await page.text(".bars"), /^Title23Department9/);
      assert.equal(await page.count(".changes-table tbody tr"), 39);
      assert.match(await page.text(".changes-table tbody"), /^Gabriel Hoffmann/);
      await page.check("plan", "page-plan");
      await page.click("Role changes");
      assert.equal(await page.count(".changes-table tbody tr"), 4);
      assert.match(await page.text(".changes-table"), /Omar Eriksson[^]*RoleParticipant → {2}becomes Admin/);
      await page.click("Updates");
      await page.picture("page-changes", ".changes");
      assert.match(await page.text(".changes-table"), /ManagerMaria Abbott → {2}becomes Tara Andersson/);
      await page.click("Creates");
      assert.match(await page.text(".changes-table"), /Rania Ramos[^]*Hire date2026-06-01/);
    });

    await t.test("deletes are confirmed by their number, by keyboard", async () => {
      const ask = await page.button("Apply 39 changes");
      await ask.sendKeys(Key.ENTER);
      await page.see("dialog", "6 people are deleted");
      assert.equal(await page.focused(), "confirm-number");
      await page.check("dialog", "page-confirm");
      await page.drop("other.csv", "email\n");
      assert.match(await page.text("h2"), /Plan for hr-june\.csv/, "a drop does not replace the plan that is confirmed");
      await page.type("confirm-number", `5${Key.ENTER}`);
      await page.see("dialog", "type that number");
      assert.equal(await page.focused(), "confirm-number");
      await page.check("dialog with an error");
      for (let i = 0; i < 8; i++) {
        await page.driver.actions().sendKeys(Key.TAB).perform();
        const isInside = await page.run("const one = document.activeElement; return one === document.body || one.closest('dialog') !== null");
        assert.ok(isInside, "the focus stays in the dialog");
      }
      await page.driver.actions().sendKeys(Key.ESCAPE).perform();
      await page.driver.wait(async () => (await page.count("dialog")) === 0);
      assert.match(await page.focused(), /^Apply 39 changes/);
      assert.deepEqual(writesOf(mock), []);
    });

    await t.test("a run can be stopped, and continued with live progress", async () => {
      // Deletes come last, so they wait for this update.
      mock.addFault({ method: "PATCH", path: `/api/identity/v1/users/${byEmail("omar.eriksson@example.com").id}`, delayMs: 3000 });
      const others = writesOf(mock).length;
      await page.click("Apply 39 changes");
      await page.type("confirm-number", `6${Key.ENTER}`);
      await page.see("h2", "Applying 39 changes to acme.domo.com");
      await page.driver.wait(() => writesOf(mock).length > others + 20);
      await page.click("Stop");
      await page.see("main", "Stopping");
      await page.check("running");
      await page.see("h2", "Stopped: ");
      const [, done, failed, skipped] = /(\d+) done(\d+) failed(\d+) not done/.exec(await page.text(".totals")).map(Number);
      assert.equal(done + skipped, 39);
      assert.ok(failed === 0 && done > 0 && skipped >= 6, `${done} done, ${skipped} not done`);
      assert.ok(byEmail("gabriel.hoffmann@example.com"), "deletes were not started");
      await page.check("stopped");
      await page.run(`
        window.seen = [];
        new MutationObserver(() => {
          const [numbers, bar, said] = [".progress-numbers", "progress", "#announcer"].map((one) => document.querySelector(one));
          if (numbers) window.seen.push([numbers.textContent, bar.value, said.textContent]);
        }).observe(document.body, { subtree: true, childList: true, characterData: true });`);
      await page.click(`Continue with ${skipped} changes`);
      await page.see("h2", "39 changes applied");
      const seen = await page.run("return window.seen");
      assert.ok(new Set(seen.map(([, value]) => value)).size > 3, `the bar moves: ${JSON.stringify(seen)}`);
      assert.ok(seen.some(([numbers]) => /^\d+ of 39 · /.test(numbers)), "numbers are shown");
      const early = seen.filter(([numbers]) => Number(/^(\d+) of 39 /.exec(numbers)?.[1]) - done < 5);
      assert.ok(early.every(([numbers]) => !numbers.includes("a second")), `the rate does not count the first run: ${JSON.stringify(early)}`);
      assert.ok(seen.some(([, , said]) => /of 39 changes applied\.$/.test(said)), "numbers are said");
    });

    await t.test("the result shows what was done", async () => {
      assert.equal(await page.text(".totals"), "39 done0 failed0 not done");
      assert.equal(await page.count(".outcome-done"), 39);
      await page.check("applied", "page-applied");
      assert.equal(byEmail("gabriel.hoffmann@example.com"), undefined);
      assert.equal(byEmail("omar.eriksson@example.com").roleId, 1);
      assert.equal(attribute(byEmail("rania.ramos@example.com"), "reportsTo"), String(byEmail("ingrid.bianchi@example.com").id));
    });

    await t.test("the undo is a plan of its own, and brings everything back", async () => {
      await page.click("Undo…");
      await page.see("h2", "Undo hr-june.csv");
      assert.equal(await page.text(".legend"), "5 deleted28 updated6 created227 unchanged");
      await page.see(".notice.warn", "get a new id");
      await page.check("undo", "page-undo");
      await page.click("Apply 39 changes");
      await page.type("confirm-number", `5${Key.ENTER}`);
      await page.see("h2", "39 changes applied");
      assert.deepEqual(snapshot(mock), original);
      await page.click("Back to people");
      await page.see("#people-count", "261 people");
      assert.equal(await page.focused(), "Everyone");
    });

    await t.test("the token never reached the page, and the browser reported no error", () => page.checkSecrets());
  });

  test(`thousands of people and changes, with awkward names, in ${browser}`, async (t) => {
    const { mock, url } = await openSite(t, startServer, { users: 5000 });
    const [first, second] = [...mock.users.values()].slice(1);
    const evil = `<img src=x onerror="document.title='run'"><b>Bold</b>`;
    Object.assign(first, { displayName: evil });
    second.displayName = "aa\u202egnorw\u200b";
    const page = await openBrowser(t, browser, url);
    await page.see("#people-count", "5,000 people");
    assert.equal(await page.count("#people-table tbody tr"), 100);
    await page.type("search", "onerror");
    await page.see("#people-count", "1 of 5,000 people");
    assert.equal(await page.text("#people-table .name"), evil);
    assert.equal(await page.count("main img, main b"), 0);
    await page.type("search", "gnorw");
    await page.see("#people-count", "1 of 5,000 people");
    assert.equal(await page.text("#people-table .name"), "aaU+202EgnorwU+200B");
    await page.type("search", "");
    await page.check("thousands");

    const emails = [...mock.users.values()].map(({ emailAddress }) => emailAddress);
    await page.drop("titles.csv", `email,title\n${emails.map((email, i) => `${email},"New title ${i} <i>&amp;"`).join("\n")}\n`);
    await page.see("h2", "Plan for titles.csv");
    await page.see("main", "5,000 changes");
    assert.equal(await page.count(".changes-table tbody tr"), 100);
    assert.equal(await page.count("main img, main b, main i"), 0);
    assert.match(await page.text(".changes-table .name"), /aaU\+202EgnorwU\+200B/);
    assert.doesNotMatch(await page.text(".changes-table"), /[\u202e\u200b]/);
    await page.check("thousands of changes");
    await page.drop("wrong.csv", `email,hireDate\n${emails.slice(0, 3000).map((email) => `${email},03/01/2024`).join("\n")}\n`);
    await page.see(".lead", "3,000 errors");
    assert.equal(await page.count(".errors-table tbody tr"), 100);
    await page.click("Show 100 more of 2,900");
    assert.equal(await page.count(".errors-table tbody tr"), 200);
    assert.deepEqual(writesOf(mock), []);
  });

  test(`every option that a message names is on the page, in ${browser}`, async (t) => {
    const { url } = await openSite(t, startServer);
    const page = await openBrowser(t, browser, url);
    await page.see("#people-count", "261 people");
    const file = "Mail;Full Name;Shoe Size;Notes;Area\nnew@example.com;J\u00f6rg New;44;x;y\n";
    const bytes = [...Buffer.from(file, "latin1")];
    await page.drop("windows.csv", bytes);
    await page.see(".errors-table", "the bytes are not UTF-8");
    await page.click("Change options");
    await page.choose("encoding", "Windows-1252");
    await page.click("Plan windows.csv again");
    await page.see(".errors-table", "Rename one to emailAddress");
    await page.see(".hint", "Messages name options");
    await page.click("Change options");
    await page.type("columns", "Mail = emailAddress\nFull Name=displayName\nNotes =");
    await page.type("new-attributes", "Shoe Size");
    await page.choose("other-columns", "Ignore");
    await page.choose("new-role", "Participant");
    await page.click("Plan windows.csv again");
    await page.see("h2", "Plan for windows.csv");
    assert.match(await page.text(".changes-table tbody"), /Jörg Newnew@example.com\+ CreateRoleParticipantShoe Size442/);
    await page.see(".notice.warn", "Area");
  });

  test(`failures are shown where they happened, in ${browser}`, async (t) => {
    const { mock, url } = await openSite(t, startServer, { oddities: { roles: "forbidden" }, users: [
      { id: 1, displayName: "Olga Owner", emailAddress: "olga@example.com", userName: "olga@example.com", roleId: 1, attributes: [] },
      { id: 2, displayName: "Ben Doe", emailAddress: "ben@example.com", userName: "ben@example.com", roleId: 4, attributes: [] },
      { id: 3, displayName: "Cy Poe", emailAddress: "cy@example.com", userName: "cy@example.com", roleId: 4, attributes: [] },
    ] });
    const page = await openBrowser(t, browser, url);
    await page.see("#people-count", "3 people");
    await page.see("#role-problem", "names of the roles could not be read");
    assert.match(await page.text("#people-table"), /Role 4/);
    await page.check("roles forbidden");

    await page.drop("titles.csv", "email,title\nolga@example.com,Head\nben@example.com,Analyst\ncy@example.com,Lead\n");
    await page.see("h2", "Plan for titles.csv");
    mock.users.get(3).attributes = [{ key: "title", values: ["Changed meanwhile"] }];
    mock.addFault({ method: "PATCH", path: "/api/identity/v1/users/2", status: 400 });
    await page.click("Apply 3 changes");
    await page.see("dialog", "3 updates");
    await page.click("Apply 3 changes");
    await page.see("h2", "1 of 3 changes applied, 2 failed");
    assert.match(await page.text(".changes-table"), /REQUEST_REJECTED/);
    assert.match(await page.text(".changes-table"), /STALE/);
    assert.equal(mock.users.get(3).attributes[0].values[0], "Changed meanwhile");
    await page.check("failed changes");
    await page.click("Not done");
    assert.equal(await page.count(".changes-table tbody tr"), 2);
    mock.addFault({ method: "GET", path: /identity.v1.users/, status: 401 });
    await page.click("Try 2 failed changes again");
    await page.see(".notice.bad", "UNAUTHORIZED");
    assert.equal(await page.text("h2"), "1 of 3 changes applied, 2 failed");
    await page.check("a second run that was refused");
    await page.click("Undo…");
    await page.see("h2", "Undo titles.csv");
    assert.match(await page.text(".changes-table tbody"), /^Olga Owner/);
    await page.click("Back to the result");
    await page.click("Try 2 failed changes again");
    await page.see("h2", "2 of 3 changes applied, 1 failed");
    await page.click("Back to people");

    mock.addFault({ method: "GET", path: /identity.v1.users/, status: 401 });
    await page.click("Reload");
    await page.see("[role=alert]", "could not be read");
    await page.check("people could not be read");
    await page.click("Reload");
    await page.see("#people-count", "3 people");
    await page.drop("book.xlsx", "PK\u0003\u0004");
    await page.see(".errors-table", "Excel workbook");
  });
}

test("everything is reached by keyboard, with a focus that can be seen", async (t) => {
  const { url } = await openSite(t, startServer);
  const page = await openBrowser(t, "Chromium", url);
  await page.see("#people-count", "261 people");
  const reached = [];
  for (let i = 0; i < 12; i++) {
    await page.driver.actions().sendKeys(Key.TAB).perform();
    if (await page.run("return document.activeElement === document.body")) continue; // before the first, or after the last
    const [name, outline] = await page.run(`
      const one = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return [one.id || one.textContent.trim(), outlineStyle + " " + outlineWidth];`);
    assert.match(outline, /^solid [2-9]px/, name);
    reached.push(name);
  }
  for (const name of ["Skip to the content", "reload", "search", "role", "department", "drop", "delete-missing", "More options"]) {
    assert.ok(reached.includes(name), `${name} in ${reached.join(", ")}`);
  }
});
