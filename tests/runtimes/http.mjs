// For Node, Deno and Bun: the installed package over real HTTP.
import * as domoUsers from "domo-users";
import { mockDomo } from "domo-users/mock";
import { scenario } from "./scenario.mjs";

const mock = mockDomo({ users: 20, developerToken: "t" });
const { baseUrl, close } = await mock.listen();
console.log(await scenario(domoUsers, mock, { baseUrl, developerToken: "t" }));
await close();
