import { expect, test } from "vitest";
import whatsapp from "../../../../plugins/twilio/channels/whatsapp.ts";
import { emulated } from "../emulated.ts";
import { outbound } from "./outbound.ts";

const { emulator, context } = emulated();
const sentTo = (to: string) =>
  emulator()
    .ledger()
    .filter((entry) => entry.kind === "message" && entry.to === to);
const template = {
  key: "missed_call",
  locale: "es",
  text: "Hola Ana, soy Hotel Sol",
  content: { body: "Hola {{ name }}, soy {{ store }}" },
  values: { name: "Ana", store: "Hotel Sol" },
  variables: ["name", "store", "missing"],
  vendors: { twilio: { contentSid: "HX00000000000000000000000000000001" } },
};

test("free text goes between WhatsApp addresses", async () => {
  const outcome = await whatsapp.send(outbound({ to: "+573001110001", text: "Hola" }), context());
  expect(outcome).toEqual({ state: "accepted", ref: sentTo("+573001110001")[0]?.ref, status: "queued" });
  expect(sentTo("+573001110001")).toMatchObject([
    { channel: "whatsapp", from: "+15005550006", body: "Hola" },
  ]);
});

test("a template goes by its content SID, its variables by position", async () => {
  await whatsapp.send(outbound({ to: "+573001110002", template }), context());
  expect(sentTo("+573001110002")).toMatchObject([
    {
      details: {
        contentSid: "HX00000000000000000000000000000001",
        contentVariables: '{"1":"Ana","2":"Hotel Sol","3":""}',
      },
    },
  ]);
});

test("a template Twilio does not have is refused, so that the next channel gets its turn", async () => {
  const outcome = await whatsapp.send(
    outbound({ to: "+573001110003", template: { ...template, vendors: {} } }),
    context(),
  );
  expect(outcome).toMatchObject({
    state: "refused",
    reason: "bad_content",
    message: expect.stringContaining("missed_call"),
  });
  expect(sentTo("+573001110003")).toEqual([]);
});

test("one message is one unit, and free text needs an open window", () => {
  expect(whatsapp.units({ to: "+573001110001", text: "a".repeat(1000), purpose: "service" })).toBe(1);
  expect(whatsapp.windowHours).toBe(24);
});

test("a message whose answer was lost is found by its WhatsApp addresses", async () => {
  const before = new Date();
  emulator().faults.next({ path: /Messages\.json$/ }, { kind: "reset-after-accept" });
  const message = outbound({ to: "+573001110004", text: "Hola" });
  await expect(whatsapp.send(message, context())).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
  const lost = {
    effectId: "eff_1",
    to: "+573001110004",
    from: "+15005550006",
    body: "Hola",
    sentAfter: before,
    known: new Set<string>(),
  };
  expect(await whatsapp.find?.(lost, context())).toMatchObject({ ref: sentTo("+573001110004")[0]?.ref });
});
