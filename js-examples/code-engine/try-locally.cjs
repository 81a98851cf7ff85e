// Runs the first Code Engine file on your own machine, with a mock instead of Domo's module.
const Module = require("node:module");

async function main() {
  const { mockDomo } = require("domo-users/mock");
  const codeengine = mockDomo({ users: 50 }).codeengine();

  // In Code Engine, require("codeengine") returns Domo's module; here it returns the mock's.
  const load = Module._load;
  Module._load = (name, ...rest) => (name === "codeengine" ? codeengine : load(name, ...rest));

  const functions = require("domo-users/codeengine");
  const user = await functions.createUser("Jane Doe", "jane.doe@example.com", 4);
  console.log(`createUser: ${user.displayName} is user ${user.id}`);
  console.log(`getAllUsers: ${(await functions.getAllUsers("MINIMAL")).length} users`);
  console.log(`updateUser: role ${(await functions.updateUser(user.id, { roleId: 2 })).roleId}`);
  console.log(`deleteUser: ${await functions.deleteUser(user.id)}`);
}

main();
