// The program that the demo runs in the scratch project, with the installed package and a mock instance over HTTP: the month-end with the command line, then
// the five calls from a script.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { connect, isDomoError, userAttributes } from "domo-users";
import { mockDomo } from "domo-users/mock";

const hasColors = Boolean(process.stdout.isTTY) && process.stdout.hasColors();
const style = (format) => (text) => (hasColors ? styleText(format, String(text)) : String(text));
const [bold, dim, green, yellow, cyan] = ["bold", "dim", "green", "yellow", "cyan"].map(style);
const heading = (text) => console.log(`\n${bold(cyan(`── ${text} ${"─".repeat(Math.max(0, 84 - text.length))}`))}\n`);

const TOKEN = "demo-token-0123456789";
const mock = mockDomo({ users: 400, developerToken: TOKEN });
const server = await mock.listen();
const env = { ...process.env, DOMO_BASE_URL: server.baseUrl, DOMO_DEVELOPER_TOKEN: TOKEN };
for (const name of ["DOMO_INSTANCE", "DOMO_TOKEN", "DOMO_ACCESS_TOKEN"]) delete env[name];

/** Runs the command as it is typed; resolves with its exit code. */
function domoUsers(...args) {
  const typed = args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg)).join(" ");
  console.log(`${dim("$")} ${bold(`domo-users ${typed}`)}`);
  const command = join("node_modules", "domo-users", "cli", "domo-users.mjs");
  return new Promise((resolve) => {
    spawn(process.execPath, [command, ...args], { env, stdio: ["ignore", "inherit", "inherit"] }).on("exit", (code) => {
      console.log(dim(`exit code ${code}`));
      resolve(code);
    });
  });
}

/** Runs the command, and ends the demo if it does not end as it should. */
async function expect(code, ...args) {
  if ((await domoUsers(...args)) !== code) throw new Error(`The demo expected exit code ${code}.`);
}

function show(file, content) {
  writeFileSync(file, content);
  console.log(`${bold(file)}\n${dim(content.trimEnd().replace(/^/gm, "  │ "))}\n`);
}

/** HR's file: three people who are new, and others who change. */
function hrList() {
  const isPlain = (value) => value === undefined || /^\w[\w' .-]*$/.test(value);
  const isOrdinary = (user) => {
    const { title, department } = userAttributes(user);
    return [user.displayName, title].every(isPlain) && /^[A-Z][\w &;,]*$/.test(department);
  };
  const people = [...mock.users.values()].filter(isOrdinary).slice(0, 6);
  const titles = ["Team Lead", "Analyst", "Engineer"];
  const rows = people.map(({ emailAddress, displayName }, index) => [emailAddress, displayName, "", titles[index % 3], "Field Sales", "", "anna.boss@example.com"]);
  return [
    ["email", "displayName", "role", "title", "department", "hireDate", "reportsTo"],
    ["anna.boss@example.com", "Anna Boss", "Privileged", "Head of Sales", "Field Sales", "2024-03-01", ""],
    ["ben.doe@example.com", "Ben Doe", "Participant", "Analyst", "Field Sales", "2026-11-02", "anna.boss@example.com"],
    ["chi.nguyen@example.com", "Chi Nguyen", "", "Analyst", "Field Sales", "2026-11-02", "anna.boss@example.com"],
    ...rows,
  ];
}
const csv = (rows) => `${rows.map((row) => row.join(",")).join("\n")}\n`;

try {
  console.log(`A mock instance with ${mock.users.size} users listens at ${server.baseUrl}. Nothing leaves this computer.`);

  heading("1. HR's file, as it came");
  const mended = hrList();
  const faulty = mended.map((row) => [...row]);
  faulty[0][4] = "departmnet";
  faulty[1][2] = "Privledged";
  faulty[2][5] = "11/02/2026";
  faulty[5][3] = "#N/A";
  show("people.csv", csv(faulty));
  await expect(2, "plan", "people.csv");
  console.log("\nNothing is sent while a list has errors, and all errors are reported together.");

  heading("2. The mended file: what would change");
  writeFileSync("people.csv", csv(mended));
  await expect(0, "plan", "people.csv", "--default", "role=Participant", "-o", "plan.json");

  heading("3. Apply it");
  mock.addFault({ method: "PATCH", delayMs: 700, times: 20 }); // an instance far away, so that there is time for progress
  await expect(0, "apply", "plan.json", "--yes");
  console.log();
  await expect(0, "list", "--department", "field sales", "--columns", "displayName,emailAddress,role,title");

  heading("4. Undo it");
  await expect(0, "undo", "plan.json", "--yes");
  console.log(`\n${mock.users.size} users, as before.`);

  heading("5. The five calls, from a script");
  await fiveCalls();
  console.log(`\n${bold("In your own project:")} npm install domo-users, then npx domo-users --help\n`);
} finally {
  await server.close();
}

async function fiveCalls() {
  const step = (call, result) => console.log(`  ${green("✓")} ${bold(call.padEnd(12))} ${result}`);
  const domo = connect({ baseUrl: server.baseUrl, developerToken: TOKEN }); // with a real instance: { instance: "acme", developerToken }

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
    console.log(`  ${yellow("!")} ${bold("an error says what to do")}\n      ${error.code}: ${error.message}`);
  }
}
