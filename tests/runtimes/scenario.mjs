// A scenario for every runtime; returns one line of JSON.
export async function scenario({ connect, isDomoError }, mock, config) {
  const domo = connect(config);
  const jane = await domo.createUser({ displayName: "Jané 太郎", emailAddress: "jane@example.com", roleId: 4 });
  const seen = {};
  seen.read = (await domo.getUserById(jane.id, { parts: "DETAILED" })).displayName;
  seen.all = (await domo.getAllUsers()).length;
  seen.changed = (await domo.updateUser(jane.id, { roleId: 2 })).roleId;
  seen.found = (await domo.findUserByEmail("JANE@example.com")).id === jane.id;
  seen.streamed = 0;
  for await (const user of domo.streamUsers()) if (user.id) seen.streamed++;
  seen.exported = (await new Response(domo.exportUsersCsv({ columns: ["id", "emailAddress"] })).text()).split("\r\n").length - 2;
  const plan = await domo.planUsers("email,title\njane@example.com,Boss\n");
  seen.applied = (await domo.applyChanges(plan)).done;
  seen.deleted = (await domo.deleteUser(jane.id)) === undefined && !mock.users.has(jane.id);
  seen.code = await domo.getUserById(5).catch((error) => (isDomoError(error) ? error.code : String(error)));
  mock.addFault({ stall: true });
  seen.lost = await domo.getAllUsers({ timeoutMs: 20, maxRetries: 0 }).catch(({ code }) => code);
  return JSON.stringify(seen);
}

export const EXPECTED = {
  read: "Jané 太郎", all: 21, changed: 2, found: true, streamed: 21, exported: 21, applied: 1, deleted: true, code: "NOT_FOUND", lost: "TIMEOUT",
};
