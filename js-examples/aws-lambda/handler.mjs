// An AWS Lambda handler with a function URL: POST {"userId": 7, "roleId": 2} changes a user's role.
import { connect, isDomoError } from "domo-users";

// One client per container. Read the token from the place where you keep secrets.
const domo = connect({
  instance: process.env.DOMO_INSTANCE,
  baseUrl: process.env.DOMO_BASE_URL, // only one of the two is set
  developerToken: () => process.env.DOMO_DEVELOPER_TOKEN,
  timeoutMs: 8_000, // less than the time limit of the Lambda function
});

const respond = (statusCode, body) => ({ statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export async function handler(event) {
  try {
    const { userId, roleId } = JSON.parse(event.body ?? "{}");
    const user = await domo.updateUser(userId, { roleId });
    return respond(200, { id: user.id, roleId: user.roleId });
  } catch (error) {
    if (error instanceof SyntaxError) return respond(400, { error: "The body must be JSON" });
    if (!isDomoError(error)) throw error;
    const status = { INVALID_INPUT: 400, NOT_FOUND: 404 }[error.code] ?? 502;
    return respond(status, { error: error.code, message: error.message });
  }
}
