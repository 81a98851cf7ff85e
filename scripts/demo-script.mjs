// The program that the demo runs in the scratch project, with the installed package and a mock instance over HTTP.
import { connect, formatPlan, isDomoError, undoPlan, userAttributes } from "domo-users";
import { mockDomo } from "domo-users/mock";

const color = (code) => (value) => (process.stdout.isTTY ? `\x1b[${code}m${value}\x1b[0m` : String(value));
const [bold, dim, green, yellow] = [1, 2, 32, 33].map(color);
const step = (call, result) => console.log(`  ${green("✓")} ${bold(call)}\n      ${result}\n`);

const mock = mockDomo({ users: 1000, developerToken: "demo-token" });
const server = await mock.listen();
console.log(`  A mock instance with ${mock.users.size} users listens at ${server.baseUrl}\n`);

try {
  const responses = [];
  const domo = connect({
    baseUrl: server.baseUrl, // instead of instance: "acme"
    developerToken: "demo-token",
    onEvent: (event) => event.type === "response" && responses.push(event),
  });

  const jane = await domo.createUser({ displayName: "Jane Doe", emailAddress: "jane.doe@example.com", roleId: 4 });
  step("createUser", `${jane.displayName} <${jane.emailAddress}> is user ${jane.id}`);

  const read = await domo.getUserById(jane.id, { parts: ["DETAILED", "ROLE"] });
  step("getUserById", `role ${read.role.roleName}, active: ${userAttributes(read).isActive}`);

  const all = await domo.getAllUsers({ parts: "SIMPLE" });
  const names = all.slice(10, 14).map((user) => user.displayName);
  step("getAllUsers", `${all.length} users, among them ${names.join(" · ")}`);

  const attributes = [{ key: "department", values: ["People & Culture"] }];
  const changed = await domo.updateUser(jane.id, { roleId: 2, attributes });
  step("updateUser", `role ${changed.roleId}, department ${userAttributes(changed).department}`);

  await domo.deleteUser(jane.id);
  step("deleteUser", `${mock.users.has(jane.id) ? "still there?" : "gone"}; ${mock.users.size} users remain`);

  try {
    await domo.getUserById(jane.id);
  } catch (error) {
    if (!isDomoError(error)) throw error;
    console.log(`  ${yellow("!")} ${bold("an error says what to do")}\n      ${error.code}: ${error.message}\n`);
  }

  const [someone] = await domo.getAllUsers({ parts: "SIMPLE" });
  const hrList = `email,displayName,roleId,title,reportsTo
anna.boss@example.com,Anna Boss,Privileged,Head of Sales,
ben.doe@example.com,Ben Doe,4,Analyst,anna.boss@example.com
${someone.emailAddress},,,Chief of Everything,
`;
  const plan = await domo.planUsers(hrList);
  step("planUsers, formatPlan", formatPlan(plan, { color: process.stdout.isTTY }).trimEnd().replaceAll("\n", "\n      "));
  const result = await domo.applyChanges(plan, { stale: "refuse" });
  const again = await domo.planUsers(hrList);
  step("applyChanges", `${result.done} done, ${result.failed} failed; a second plan of the same list has ${again.changes.length} changes`);
  const undone = await domo.applyChanges(undoPlan(plan, result));
  step("undoPlan", `${undone.done} undone; ${mock.users.size} users, as before`);

  for (const { method, path, status, durationMs } of responses) {
    console.log(dim(`    ${method.padEnd(6)} ${path.padEnd(54)} ${status}  ${durationMs.toFixed(1).padStart(6)} ms`));
  }
  console.log("\n  In your own project: npm install domo-users, and the first example of the README.\n");
} finally {
  await server.close();
}
