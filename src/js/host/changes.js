// What a run of changes asks and answers.

/** What became of a change. */
export function outcome(index, status, user, error) {
  return { index, status, ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
}

/** The lines that a caller's journal holds. May throw. */
export async function journalLines(journal) {
  const given = (await journal.read()) ?? [];
  // A file's text as well as its lines: letter by letter it would say nothing.
  const whole = typeof given === "string" || ArrayBuffer.isView(given);
  const decoder = new TextDecoder();
  const items = [];
  for await (const item of whole ? [given] : given) items.push(ArrayBuffer.isView(item) ? decoder.decode(item) : String(item));
  // A line holds no line break: these are pieces of a text, cut anywhere.
  return whole || items.some((item) => item.includes("\n")) ? items.join("").replace(/^\ufeff/, "").split(/\r?\n/) : items;
}
