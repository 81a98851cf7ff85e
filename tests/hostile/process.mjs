// Unhandled rejections and exceptions in Node.

/** @returns a function that waits for what is under way to be told, and answers it; each is answered once */
export function watchProcess() {
  const caught = [];
  for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, (what) => caught.push(`${event}: ${what?.stack ?? String(what)}`));
  return async () => {
    await new Promise((resolve) => setImmediate(resolve)); // rejections are reported after the microtasks
    return caught.splice(0);
  };
}
