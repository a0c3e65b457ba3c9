import { expect, test } from "vitest";
import { trafficFrom, trafficOverlay } from "../../../editor/flow/traffic-overlay.ts";
import { REMINDER } from "../runs/some-run.ts";

test("a step says how many came by and stand there, one nobody came to says 0, a trigger nothing", () => {
  const tell = { nodeId: "tell", passed: 7, failed: 1, ended: 0, ports: { sent: 6 }, standing: 2 };
  const overlay = trafficOverlay(REMINDER, { nodes: [tell] }, (id) => id === "start");
  expect(overlay.nodes.get("tell")).toMatchObject({ count: 7, standing: 2 });
  expect(overlay.nodes.get("done")).toMatchObject({ count: 0, standing: 0 });
  expect(overlay.nodes.has("start")).toBe(false);
  expect([...overlay.edges]).toEqual([["tell-sent", 6]]);
});

test("seven days are today and the six before", () => {
  expect(trafficFrom(7, new Date(2026, 10, 28, 15))).toBe(new Date(2026, 10, 22).toISOString());
});
