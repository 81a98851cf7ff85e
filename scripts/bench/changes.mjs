// applyChanges compared with the loop that a user would write: p-map and fetch.
import pMap from "p-map";
import { compare, timed } from "./measure.mjs";

/** @param {{domo: object, baseUrl: string, headers: Record<string, string>, rounds: number, count: number, concurrency: number}} options */
export function compareChanges({ domo, baseUrl, headers, rounds, count, concurrency }) {
  const body = { roleId: 2 };
  const changes = Array.from({ length: count }, (_, index) => ({ action: "update", id: index + 1, changes: body }));
  const patch = async ({ id }) => {
    const init = { method: "PATCH", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${baseUrl}/api/identity/v1/users/${id}`, init);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };
  const perChange = (work) => async () => ((await timed(work)) * 1000) / count;
  return compare({
    id: "changes",
    title: `applyChanges, ${count.toLocaleString("en")} updates, ${concurrency} in flight`,
    unit: "µs per update",
    base: "domo-users",
    rounds,
    candidates: {
      "p-map + fetch": perChange(() => pMap(changes, patch, { concurrency })),
      "domo-users": perChange(async () => {
        const { done } = await domo.applyChanges(changes, { concurrency });
        if (done !== count) throw new Error(`${done} done`);
      }),
    },
  });
}
