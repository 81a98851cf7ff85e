// applyChanges compared with the loop that a user would write: p-map and fetch.
import pMap from "p-map";
import { sideBySide, table } from "./measure.mjs";

const CHANGES = 10_000;
const CONCURRENCY = 16;

/** @param {{domo: object, baseUrl: string, headers: Record<string, string>, rounds: number}} options */
export async function apply({ domo, baseUrl, headers, rounds }) {
  const body = { roleId: 2 };
  const changes = Array.from({ length: CHANGES }, (_, index) => ({ action: "update", id: index + 1, changes: body }));
  const timed = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const patch = async ({ id }) => {
    const init = { method: "PATCH", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${baseUrl}/api/identity/v1/users/${id}`, init);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };
  const results = await sideBySide(
    {
      "p-map + fetch": () => timed(() => pMap(changes, patch, { concurrency: CONCURRENCY })),
      applyChanges: () => timed(async () => {
        const { done } = await domo.applyChanges(changes, { concurrency: CONCURRENCY });
        if (done !== CHANGES) throw new Error(`${done} done`);
      }),
    },
    rounds,
  );
  table(`applyChanges, ${CHANGES.toLocaleString("en")} updates, ${CONCURRENCY} in flight`, results, "p-map + fetch");
}
