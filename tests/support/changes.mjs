// What tests of applyChanges are written with.
Math.random = () => 0.02; // the jitter, so that no test waits long

export const create = (name, then) => ({
  action: "create", user: { displayName: name, emailAddress: `${name}@new.example`, roleId: 4 }, ...(then && { then }),
});
export const title = (text) => ({ key: "title", values: [text] });
export const reportsTo = (who) => ({ key: "reportsTo", values: [who] });
export const update = (id, changes) => ({ action: "update", id, changes });
export const remove = (id) => ({ action: "delete", id });
export const byEmail = (mock, email) => [...mock.users.values()].find(({ emailAddress }) => emailAddress === email);
export const statuses = ({ results }) => results.map(({ status }) => status);

/** As AbortSignal.timeout, which would not keep Node running. */
export function abortAfter(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** A journal in memory, with what it would be after a crash in the middle of a line. */
export function memory(lines = []) {
  return { lines, read: () => lines, append: (line) => void lines.push(line) };
}
