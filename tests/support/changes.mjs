// Helpers for tests of applyChanges.
Math.random = () => 0.02; // fixes the jitter, so that delays are short

export const create = (name, then) => ({
  action: "create", user: { displayName: name, emailAddress: `${name}@new.example`, roleId: 4 }, ...(then && { then }),
});
export const title = (text) => ({ key: "title", values: [text] });
export const reportsTo = (who) => ({ key: "reportsTo", values: [who] });
export const update = (id, changes) => ({ action: "update", id, changes });
export const remove = (id) => ({ action: "delete", id });
export const byEmail = (mock, email) => [...mock.users.values()].find(({ emailAddress }) => emailAddress === email);
export const statuses = ({ results }) => results.map(({ status }) => status);

/** Like AbortSignal.timeout, but keeps Node running. */
export function abortAfter(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** A journal in memory. */
export function memory(lines = []) {
  return { lines, read: () => lines, append: (line) => void lines.push(line) };
}
