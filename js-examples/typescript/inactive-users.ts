// Lists the users who were not active in the last ninety days.
import { type DomoConfig, type User, getAllUsers, userAttributes } from "domo-users";

const config: DomoConfig = {
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_DEVELOPER_TOKEN,
};

const ninetyDays = 90 * 24 * 60 * 60 * 1000;
const since = Number(process.env.NOW ?? Date.now()) - ninetyDays;

const lastActivity = (user: User): number => Number(userAttributes(user).lastActivity ?? 0);

const users: User[] = await getAllUsers(config, { parts: "DETAILED" });
const inactive = users.filter((user) => lastActivity(user) < since);
for (const { id, displayName, emailAddress } of inactive) console.log(`${id}\t${displayName}\t${emailAddress ?? ""}`);
console.log(`${inactive.length} of ${users.length} users were not active`);
