import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { createLog } from "../../engine/log.ts";
import type { Delivery, PluginDefinition } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { inboundText, META_NUMBER, metaWebhook, postMeta } from "../support/meta-request.ts";
import { flowOf } from "../support/small-flow.ts";

let engine: TestEngine;
const told: { readonly fields: Record<string, unknown>; readonly message: string }[] = [];

beforeAll(async () => {
  engine = await buildEngine({ log: listening(), plugins: BUILT_IN_PLUGINS.map(withBadItems) });
  await engine.publish(
    flowOf("keep", [
      ["message", "meta.incoming-message"],
      ["end", "core.end", { outcome: "kept" }],
    ]),
    {
      number: META_NUMBER.displayPhoneNumber,
      channel: "messages",
    },
  );
});
afterAll(() => engine.stop());

/** The same webhook, but a text "explode" makes a delivery that nothing can keep. */
function withBadItems(plugin: PluginDefinition): PluginDefinition {
  if (plugin.id !== "meta") return plugin;
  const spoil = (delivery: Delivery): Delivery =>
    delivery.kind === "start" && delivery.message?.body === "explode"
      ? { ...delivery, input: { message: "\u0000" } }
      : delivery;
  const webhooks = (plugin.webhooks ?? []).map((webhook) => ({
    ...webhook,
    parse: (request: Parameters<typeof webhook.parse>[0]) => webhook.parse(request).map(spoil),
  }));
  return { ...plugin, webhooks };
}

function listening() {
  const log = createLog("silent");
  const hear = (fields: object, message = "") => void told.push({ fields: { ...fields }, message });
  return Object.assign(log, { error: hear, warn: hear });
}

const refs = async () => {
  const sql = "select provider_ref from messages where direction = 'inbound' order by provider_ref";
  return (await inspect<{ provider_ref: string }>(engine.connection, sql)).map((row) => row.provider_ref);
};

describe("a batch", () => {
  test("[H2] of a thousand updates and nearly 3 MB is taken whole, each once, and again changes nothing", async () => {
    const people = Array.from({ length: 500 }, (_, index) => `+346001${String(index).padStart(5, "0")}`);
    const messages = people.map((from, index) => inboundText(from, `wamid.big${index}`, "x".repeat(2_750)));
    const statuses = people.map((from, index) => ({
      id: `wamid.unknown${index}`,
      status: "delivered",
      timestamp: "1790417100",
      recipient_id: from.slice(1),
      padding: "y".repeat(2_750),
    }));
    const body = metaWebhook({ messages, statuses });
    expect(JSON.stringify(body).length).toBeGreaterThan(2.7 * 1024 * 1024);
    expect(await postMeta(engine, body)).toBe(200);
    expect(new Set(await refs()).size).toBe(500);
    expect(await postMeta(engine, body)).toBe(200);
    expect(await refs()).toHaveLength(500);
    const [runs] = await inspect<{ count: string }>(engine.connection, "select count(*) from runs");
    expect(Number(runs?.count)).toBe(500);
  });

  test("[H11] one bad item loses no other, is kept for the operator, and the batch is answered 200", async () => {
    const messages = ["a", "explode", "b"].map((text, index) =>
      inboundText(`+34600200${index}00`, `wamid.odd${index}`, text),
    );
    expect(await postMeta(engine, metaWebhook({ messages: [...messages, { type: "text" }, 7] }))).toBe(200);
    expect((await refs()).filter((ref) => ref.startsWith("wamid.odd"))).toEqual(["wamid.odd0", "wamid.odd2"]);
    const faults = await inspect<{ reason: string; item: { text: string }; times: number }>(
      engine.connection,
      "select reason, item, times from ingress_faults order by reason",
    );
    expect(faults).toHaveLength(3);
    expect(faults.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["a message or status without an id", expect.stringMatching(/Unicode/)]),
    );
    expect(faults.map(({ item }) => item.text).join()).toContain("wamid.odd1");
    expect(told.map(({ message }) => message)).toContain(
      "an item of a webhook could not be handled; it is kept",
    );
    await postMeta(engine, metaWebhook({ messages: [...messages, 7] }));
    const [again] = await inspect<{ times: number }>(
      engine.connection,
      "select max(times) as times from ingress_faults",
    );
    expect(again?.times).toBe(2);
  });

  test("[H8] keeps the order of what one person sent, however many others there are", async () => {
    const texts = ["uno", "dos", "tres", "cuatro"];
    const ana = "+34600300001";
    const messages = texts.flatMap((text, index) => [
      inboundText(ana, `wamid.ana${index}`, text),
      ...Array.from({ length: 5 }, (_, other) =>
        inboundText(`+3460031${index}${other}00`, `wamid.o${index}${other}`, "x"),
      ),
    ]);
    expect(await postMeta(engine, metaWebhook({ messages }))).toBe(200);
    const rows = await inspect<{ body: string }>(
      engine.connection,
      "select body from messages where contact_phone = $1 order by id",
      [ana],
    );
    expect(rows.map(({ body }) => body)).toEqual(texts);
  });

  test("[H2] is not acknowledged while something of ours is broken, and nothing of it is lost when it comes again", async () => {
    const messages = ["a", "b"].map((text, index) =>
      inboundText(`+34600400${index}00`, `wamid.down${index}`, text),
    );
    await inspect(engine.connection, "alter function engine_identify(jsonb) rename to engine_identify_gone");
    expect(await postMeta(engine, metaWebhook({ messages }))).toBe(500);
    expect((await refs()).filter((ref) => ref.startsWith("wamid.down"))).toEqual([]);
    await inspect(engine.connection, "alter function engine_identify_gone(jsonb) rename to engine_identify");
    expect(await postMeta(engine, metaWebhook({ messages }))).toBe(200);
    expect((await refs()).filter((ref) => ref.startsWith("wamid.down"))).toEqual([
      "wamid.down0",
      "wamid.down1",
    ]);
  });
});

test("a person who types what no database keeps is heard all the same", async () => {
  expect(
    await postMeta(
      engine,
      metaWebhook({ messages: [inboundText("+34600500000", "wamid.nul", "a\u0000b\ud800")] }),
    ),
  ).toBe(200);
  const [row] = await inspect<{ body: string }>(
    engine.connection,
    "select body from messages where provider_ref = 'wamid.nul'",
  );
  expect(row?.body).toBe("ab\ufffd");
});
