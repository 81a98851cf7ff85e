// Both Code Engine files: the form that the editor requires, and that loading them needs nothing from the host.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mockDomo, rejection } from "../support/installed.mjs";
import { load, source } from "../support/bare.mjs";

const FILES = {
  "domo-users.js": ["createUser", "getUserById", "getAllUsers", "updateUser", "deleteUser", "getUserAttributes", "describeRuntime"],
  "domo-users-directory.js": ["planUsers", "applyChanges", "findUserByEmail"],
};
const TYPES = /^(text|number|decimal|boolean|date|dateTime|object|person|dataset|group|account)(\[\])?$/;
const HOSTS = ["fetch", "TextEncoder", "TextDecoder", "atob", "Buffer", "URL", "Headers", "setTimeout", "console", "queueMicrotask", "process"];

for (const [file, names] of Object.entries(FILES)) {
  const text = source(file);

  test(`${file}: the only top-level functions are the ${names.length} exported ones, each described, and module.exports is the last statement`, () => {
    const top = text.split("\n").filter((line) => /^(async\s+function|function|const|let|var)\b/.test(line));
    assert.deepEqual(top.map((line) => line.match(/function (\w+)/)?.[1]), names);
    assert.match(text, new RegExp(`\\nmodule\\.exports = \\{\\n${names.map((name) => `  ${name},\\n`).join("")}\\};\\n$`));
    for (const name of names) {
      const [, comment] = text.match(new RegExp(`/\\*\\*\\n((?: \\*.*\\n)+) \\*/\\nasync function ${name}\\(`));
      assert.match(comment, /@summary/);
      assert.match(comment, /@returns \{\S+\} \w+ - /);
      const parameters = text.match(new RegExp(`function ${name}\\(([^)]*)\\)`))[1].split(", ").filter(Boolean);
      assert.deepEqual([...comment.matchAll(/@param \{\S+\} (\w+) - /g)].map(([, parameter]) => parameter), parameters, name);
      for (const [, type] of comment.matchAll(/@(?:param|returns) \{(\S+)\}/g)) assert.match(type, TYPES, name);
    }
    assert.ok(text.length <= 100_000, `${text.length} characters`);
    assert.ok(!/^\s*(import|export)\b/m.test(text));
    assert.ok(["NFC", "NFD", "NFKC", "NFKD"].every((form) => text.normalize(form) === text), "pasting changes nothing");
  });

  test(`${file}: nothing is required until a function is called, and the test context has no host functions`, async () => {
    const { globals, required } = load(file);
    assert.deepEqual([HOSTS.filter((name) => globals.includes(name)), required], [[], []]);
    const engine = load(file, mockDomo({ users: 3 }).codeengine());
    await (engine.getAllUsers?.() ?? engine.planUsers([]));
    assert.deepEqual([...new Set(engine.required)], ["codeengine"]);
  });

  test(`${file}: without WebAssembly, or outside Code Engine, the error says so`, async () => {
    const first = names[0];
    const engine = load(file, mockDomo().codeengine(), { without: ["WebAssembly"] });
    assert.match((await rejection(engine[first]("a", "b@c.de", 4))).message, /no WebAssembly/);
    assert.match((await rejection(load(file)[first]("a", "b@c.de", 4))).message, /runs only in Domo Code Engine/);
  });
}
