import { expect, test } from "vitest";
import { contextData, nodeContext, runNode } from "../../../engine/plugin-testing/node-context.ts";
import window from "../../../plugins/messaging/nodes/window.ts";

const TO = "+573001112233";
const wrote = (at: string) => contextData({ lastInbound: { [`whatsapp:${TO}`]: at } });

test("is open for 24 hours after the person last wrote, and says until when", async () => {
  const data = wrote("2026-11-20T15:00:01.000Z");
  expect(await runNode(window, {}, { contact: { phone: TO }, data })).toEqual({
    kind: "next",
    port: "open",
    output: { until: "2026-11-21T15:00:01.000Z", lastInboundAt: "2026-11-20T15:00:01.000Z" },
  });
});

test.each(["2026-11-20T15:00:00.000Z", "2026-11-01T00:00:00.000Z"])("is closed since %s", async (at) => {
  expect(await runNode(window, { person: TO }, { data: wrote(at) })).toMatchObject({
    port: "closed",
    output: { lastInboundAt: at },
  });
});

test("is closed towards who never wrote, and towards nobody", async () => {
  const closed = { port: "closed", output: { lastInboundAt: null } };
  expect(await runNode(window, { person: TO })).toMatchObject(closed);
  expect(await runNode(window, {}, { contact: { phone: null } })).toMatchObject(closed);
});

test("is that of the number named, else of the one the flow came in by", async () => {
  const asked: (string | undefined)[] = [];
  const { policy } = nodeContext();
  const watching = {
    contact: { phone: TO },
    trigger: { number: { id: "num_1", e164: "+576015550100" } },
    policy: {
      ...policy,
      windowOf: async (_phone: string, _channel: string, number?: string) => {
        asked.push(number);
        return { lastInboundAt: null, openUntil: null };
      },
    },
  };
  await runNode(window, {}, watching);
  await runNode(window, { number: "+34910550104" }, watching);
  await runNode(window, {}, { ...watching, trigger: {} });
  expect(asked).toEqual(["+576015550100", "+34910550104", undefined]);
});
