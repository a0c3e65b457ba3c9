import { expect, test } from "vitest";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import split from "../../../plugins/core/nodes/split.ts";

const halves = {
  arms: [
    { port: "a", percent: 50 },
    { port: "b", percent: 50 },
  ],
};

test("the same person goes the same way, and another flow or node decides anew", async () => {
  const at = async (phone: string, flowKey = "flow_1") =>
    JSON.stringify(await runNode(split, halves, { contact: { phone }, flowKey, random: () => 0 }));
  const people = Array.from({ length: 40 }, (_, n) => `+57300000${String(n).padStart(4, "0")}`);
  const first = await Promise.all(people.map((phone) => at(phone)));
  expect(await Promise.all(people.map((phone) => at(phone)))).toEqual(first);
  expect(await Promise.all(people.map((phone) => at(phone, "flow_2")))).not.toEqual(first);
});

test("people are spread as the percentages say", async () => {
  const arms = [
    { port: "few", percent: 10 },
    { port: "most", percent: 90 },
  ];
  const ports = await Promise.all(
    Array.from({ length: 2000 }, async (_, n) => {
      const result = await runNode(split, { arms }, { contact: { id: `con_${n}` } });
      return result.kind === "next" ? result.port : "";
    }),
  );
  const few = ports.filter((port) => port === "few").length;
  expect(few).toBeGreaterThan(140);
  expect(few).toBeLessThan(260);
});

test("chance decides where nobody is known, and a way of no percent is never taken", async () => {
  const arms = [
    { port: "never", percent: 0 },
    { port: "a", percent: 33.333 },
    { port: "b", percent: 66.667 },
  ];
  const portAt = async (place: number) => {
    const result = await runNode(split, { arms }, { contact: {}, random: () => place });
    return result.kind === "next" ? result.port : "";
  };
  expect([await portAt(0), await portAt(0.3), await portAt(0.34), await portAt(0.999_999)]).toEqual([
    "a",
    "a",
    "b",
    "b",
  ]);
});

test("percentages that do not add up to 100 are refused", async () => {
  const arms = [{ port: "a", percent: 60 }];
  await expect(runNode(split, { arms })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
});
