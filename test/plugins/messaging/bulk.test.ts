import { expect, test } from "vitest";
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import { readList } from "../../../plugins/messaging/bulk-list.ts";
import bulk from "../../../plugins/messaging/nodes/bulk.ts";

const ANA = "+573001112233";
const LUIS = "+573004445566";
const EVA = "+573007778899";

/** Plays all parts of a bulk. Gives how it left, and the sizes of its parts. */
async function play(params: JsonObject, overrides: ContextOverrides = {}) {
  const sizes: number[] = [];
  let memo: JsonObject | null = null;
  for (;;) {
    const result = await runNode(bulk, params, {
      ...overrides,
      memo,
      stepKey: `run_1:bulk:${sizes.length + 1}`,
    });
    if (result.kind !== "repeat") return { result, sizes };
    memo = result.memo as JsonObject;
    sizes.push(memo.size as number);
  }
}

test("[B1] the same number counts once, however it is written; the first entry stands", () => {
  const hidden = readList([{ userId: "ES.2000" }, "ES.2000", "ES.no id"], "CO");
  expect(hidden.recipients.map(({ phone }) => phone)).toEqual(["ES.2000"]);
  expect(hidden.invalid).toEqual(["ES.no id"]);
  const list = readList([{ phone: ANA, name: "Ana" }, "300 111 2233", "0057 300-111-22.33", LUIS, ANA], "CO");
  expect(list.recipients.map(({ phone }) => phone)).toEqual([ANA, LUIS]);
  expect(list.recipients[0]?.fields).toEqual({ phone: ANA, name: "Ana" });
  expect(list.duplicates).toBe(3);
});

test("[B2] what is no phone number is counted and listed, and stops nobody else", async () => {
  const data = contextData();
  const recipients = ["12", null, { phone: "x".repeat(200) }, ["a"], ANA];
  const { result } = await play({ recipients, text: "Hola", channels: ["sms"] }, { data });
  expect(result).toMatchObject({
    port: "done",
    output: { total: 5, sent: 1, failed: 4, remaining: 0, reasons: { invalid_number: 4 } },
  });
  expect(data.sent).toHaveLength(1);
});

test("[B3] each gets a text of its own, and what the list says is no template", async () => {
  const data = contextData();
  const recipients = [{ phone: ANA, name: "Ana" }, { phone: LUIS, name: "{{ recipient.phone }}" }, EVA];
  const text = "{% if recipient.name %}Hola {{ recipient.name }}{% endif %}";
  const { result } = await play({ recipients, text, channels: ["sms"] }, { data });
  expect(data.sent.map(({ message }) => message.text)).toEqual(["Hola Ana", "Hola {{ recipient.phone }}"]);
  expect(result).toMatchObject({
    output: { sent: 2, failed: 1, failures: [{ phone: EVA, reason: "template_invalid" }] },
  });
});

test("a template takes the node's values, and the entry's own before them", async () => {
  const template = {
    id: "tpl_1",
    key: "aviso",
    locale: "es",
    category: "utility",
    content: { body: "Hola {{ name }}: {{ code }}" },
    variables: (["name", "code"] as const).map((name) => ({ name, type: "text" as const })),
    known: ["name", "code"],
    vendors: {},
  };
  const data = contextData({ templates: [template] });
  const recipients = [{ phone: ANA, who: "Ana", variables: { code: "{{ 7 }}" } }];
  const params = {
    recipients,
    template: { key: "aviso", variables: { name: "{{ recipient.who }}", code: "1" } },
  };
  await play({ ...params, channels: ["whatsapp"] }, { data });
  expect(data.sent[0]?.message.template?.text).toBe("Hola Ana: {{ 7 }}");
});

test("[B4] a refusal gives way to the next channel; opting out and doubt do not", async () => {
  const refusal = (reason: "not_on_channel" | "opted_out") =>
    ({ state: "refused", reason, vendorCode: "1", message: "no" }) as const;
  const outcomes = {
    [`whatsapp ${ANA}`]: refusal("not_on_channel"),
    [`whatsapp ${LUIS}`]: refusal("opted_out"),
    [`whatsapp ${EVA}`]: { state: "unresolved", effectId: "eff_1" },
  } as const;
  const data = contextData({ outcomes });
  const { result } = await play({ recipients: [ANA, LUIS, EVA], text: "Hola" }, { data });
  expect(data.sent.map(({ part }) => part)).toEqual([
    `whatsapp ${ANA}`,
    `whatsapp ${LUIS}`,
    `whatsapp ${EVA}`,
    `sms ${ANA}`,
  ]);
  expect(result).toMatchObject({ output: { sent: 1, failed: 1, unknown: 1, reasons: { opted_out: 1 } } });
});

test("[B5] a part is as large as its sender is fast", async () => {
  const recipients = Array.from({ length: 60 }, (_, index) => `+5730011122${10 + index}`);
  const sizesAt = async (messagesPerSecond: number | null) => {
    const { sizes } = await play(
      { recipients, text: "Hola", channels: ["sms"] },
      { data: contextData({ messagesPerSecond }) },
    );
    return sizes;
  };
  expect(await sizesAt(null)).toEqual([50, 50]);
  expect(await sizesAt(20)).toEqual([30, 30]);
  expect(await sizesAt(0.1)).toEqual(Array.from({ length: 60 }, () => 1));
});

test("quiet hours are slept through, or it stops; who was not written to remains", async () => {
  const data = contextData({
    outcomes: { [`sms ${ANA}`]: { state: "quiet_hours", until: "2026-11-22T13:00:00.000Z" } },
  });
  const params = { recipients: [ANA], text: "Hola", channels: ["sms"] };
  const { result } = await play(params, { data });
  expect(result).toEqual({ kind: "again", until: "2026-11-22T13:00:00.000Z", keys: [] });
  const stopped = await play({ ...params, quietHours: "stop" }, { data });
  expect(stopped.result).toMatchObject({ port: "stopped", output: { reason: "quiet_hours", remaining: 1 } });
});

test("where the credits are spent it stops, after a channel that others pay for", async () => {
  const none = { state: "insufficient_credits", meter: "whatsapp" } as const;
  const outcomes = {
    [`whatsapp ${ANA}`]: none,
    [`whatsapp ${LUIS}`]: none,
    [`sms ${LUIS}`]: { ...none, meter: "sms" },
  } as const;
  const { result } = await play(
    { recipients: [ANA, LUIS], text: "Hola" },
    { data: contextData({ outcomes }) },
  );
  expect(result).toMatchObject({
    port: "stopped",
    output: { reason: "insufficient_credits", sent: 1, remaining: 1 },
  });
});

test("an empty list is done", async () => {
  const { result } = await play({ recipients: [], text: "Hola" });
  expect(result).toMatchObject({ port: "done", output: { total: 0 } });
});

test("a text and a template, or neither, are refused with PARAMS_INVALID", async () => {
  await expect(play({ recipients: [ANA] })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
});

test("a list that changes while it is sent is refused, so that nobody gets it twice", async () => {
  const first = await runNode(bulk, { recipients: [ANA, LUIS], text: "Hola" });
  const memo = first.kind === "repeat" ? first.memo : null;
  const other = runNode(bulk, { recipients: [LUIS, ANA], text: "Hola" }, { memo });
  await expect(other).rejects.toMatchObject({ code: "PARAMS_INVALID" });
});

test("links are counted per person: each gets one of their own, and the size of a part makes none", async () => {
  const data = contextData();
  const params = {
    recipients: [ANA, LUIS],
    text: "Ver https://x.test/a",
    channels: ["sms"],
    trackLinks: true,
  };
  await play(params, { data });
  expect(data.linkOptions.map(({ recipient }) => recipient)).toEqual([ANA, LUIS]);
  expect(data.sent.map(({ message }) => message.text)).toEqual([
    "Ver https://flow.test/t/1",
    "Ver https://flow.test/t/1",
  ]);
});

test("[B6] of a kept list only the part's own page is read, and its people are not in the memo", async () => {
  const people = Array.from({ length: 120 }, (_, at) => ({
    phone: `+5730011${String(at).padStart(5, "0")}`,
    fields: { nombre: `N${at}` },
  }));
  const data = contextData({ lists: { lst_1: people } });
  const params = { list: "lst_1", text: "Hola {{ recipient.nombre }}", channels: ["sms"] };
  const { result, sizes } = await play(params, { data });
  expect(result).toMatchObject({ port: "done", output: { total: 120, sent: 120, remaining: 0 } });
  expect(sizes).toEqual([50, 50, 50]);
  expect(data.sent.map(({ message }) => message.text)).toEqual(people.map((_, at) => `Hola N${at}`));
  const begun = await runNode(bulk, params, { data });
  expect(JSON.stringify(begun)).not.toContain("+57300");
});

test("[B7] contacts become a list when the bulk begins, and stay it", async () => {
  const data = contextData({ lists: { lst_1: [{ phone: ANA, fields: {} }] }, contactList: "lst_1" });
  const params = { contacts: { attributes: { club: "oro" } }, text: "Hola", channels: ["sms"] };
  const begun = (await runNode(bulk, params, { data })) as { readonly memo: JsonObject };
  data.contactList = "lst_later";
  const result = await runNode(bulk, params, { data, memo: begun.memo });
  expect(data.sent).toHaveLength(1);
  expect(result).toMatchObject({ port: "done", output: { total: 1, sent: 1 } });
});

test.each([
  [{ recipients: [ANA], list: "lst_1" }, "got recipients and list"],
  [{}, "got none of them"],
  [{ list: "lst_nowhere" }, 'there is no list "lst_nowhere"'],
])("people come from one place that is there: %j", async (params, words) => {
  await expect(runNode(bulk, { ...params, text: "Hola" })).rejects.toMatchObject({
    code: "PARAMS_INVALID",
    message: expect.stringContaining(words),
  });
});
