// Unhandled rejections and exceptions in Node.

/** Returns a function that waits until pending rejections are reported and returns them; each is returned once. */
export function watchProcess() {
  const caught = [];
  for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, (what) => caught.push(`${event}: ${what?.stack ?? String(what)}`));
  return async () => {
    await new Promise((resolve) => setImmediate(resolve)); // rejections are reported after the microtasks
    return caught.splice(0);
  };
}
