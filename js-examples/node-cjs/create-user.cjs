// Creates a user: node create-user.cjs "Jane Doe" jane.doe@example.com 4
const { createUser, isDomoError } = require("domo-users");

const config = {
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: process.env.DOMO_DEVELOPER_TOKEN,
};

async function main([displayName, emailAddress, roleId]) {
  try {
    const user = await createUser(config, { displayName, emailAddress, roleId: Number(roleId) });
    console.log(`${user.displayName} is user ${user.id}`);
  } catch (error) {
    if (!isDomoError(error)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2));
