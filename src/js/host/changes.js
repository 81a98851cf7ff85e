// What a run of changes asks and answers.

/** What became of a change. */
export function outcome(index, status, user, error) {
  return { index, status, ...(user !== undefined && { user }), ...(error !== undefined && { error }) };
}

/** The lines that a caller's journal holds. May throw. */
export async function journalLines(journal) {
  const given = await journal.read();
  // A file's text as well as its lines: letter by letter it would say nothing.
  const text = ArrayBuffer.isView(given) ? new TextDecoder().decode(given) : given;
  if (typeof text === "string") return text.split(/\r?\n/);
  const lines = [];
  for await (const line of text ?? []) lines.push(String(line));
  return lines;
}
