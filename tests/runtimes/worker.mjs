// For workerd: the installed package with the mock's fetch.
import * as domoUsers from "domo-users";
import { mockDomo } from "domo-users/mock";
import { scenario } from "./scenario.mjs";

export default {
  async fetch() {
    const mock = mockDomo({ users: 20, developerToken: "t" });
    return new Response(await scenario(domoUsers, mock, { instance: "acme", developerToken: "t", fetch: mock.fetch }));
  },
};
