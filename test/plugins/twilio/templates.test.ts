import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SubmittedTemplate, VendorTemplate } from "../../../engine/plugin-api.ts";
import whatsapp from "../../../plugins/twilio/channels/whatsapp.ts";
import media from "../../../plugins/twilio/media.ts";
import adapter from "../../../plugins/twilio/templates/adapter.ts";
import { twilioContent } from "../../../plugins/twilio/templates/content-types.ts";
import { storedFile } from "../channel-parts.ts";
import { reservation, vendorContext } from "../vendor-context.ts";
import { outbound } from "./channels/outbound.ts";
import { emulated } from "./emulated.ts";

const { emulator, context, credential } = emulated();
const vendor = () => vendorContext(credential());

const submittedOf = ({ ref, names }: VendorTemplate): SubmittedTemplate => ({
  name: "reserva_1a2b3c4d",
  language: "es",
  ref,
  names,
});
const contents = () =>
  emulator()
    .ledger()
    .filter(({ kind, details }) => kind === "content" && !details?.deleted);
const toFinish: SubmittedTemplate[] = [];

beforeEach(() => emulator().reviewContents("on-demand"));
afterEach(async () => {
  for (const one of toFinish.splice(0)) await adapter.remove(one, vendor());
});

async function submit(given: Parameters<typeof reservation>[0] = {}): Promise<VendorTemplate> {
  const made = await adapter.submit(reservation(given), vendor());
  toFinish.push(submittedOf(made));
  return made;
}

describe("as a content of Twilio", () => {
  const kindOf = (content: Parameters<typeof twilioContent>[0], sample: string | null = null) =>
    Object.keys(twilioContent(content, [], sample).types);

  test.each([
    [{ body: "Hola" }, "twilio/text"],
    [{ body: "Hola", buttons: [{ type: "quick_reply", text: "Sí" }] }, "twilio/quick-reply"],
    [
      { body: "Hola", buttons: [{ type: "url", text: "Ver", url: "https://x.test" }] },
      "twilio/call-to-action",
    ],
    [{ body: "Hola", footer: "Adiós" }, "whatsapp/card"],
    [{ body: "Hola", buttons: [{ type: "otp" }] }, "whatsapp/authentication"],
    [{ body: "Hola", buttons: [{ type: "flow", text: "Datos", flowId: "7" }] }, "whatsapp/flows"],
  ] as const)("%j is %s", (content, kind) =>
    expect(kindOf(structuredClone(content) as never)).toEqual([kind]),
  );

  test("its variables are numbered, its samples too, and its file varies at the end of our address", () => {
    const { content, variables } = reservation();
    const url = "https://calls.test/media/med_1?e=9&s=k";
    const made = twilioContent({ ...content, header: { type: "image", sample: "med_1" } }, variables, url);
    expect(made).toEqual({
      types: {
        "whatsapp/card": {
          body: "Hola {{1}}, tu reserva {{2}} está confirmada para mañana por la noche.",
          footer: "La Espiga",
          media: ["https://calls.test/media/{{3}}"],
          actions: [
            { type: "QUICK_REPLY", title: "Confirmar", id: "ok:{{2}}" },
            { type: "URL", title: "Ver", url: "https://h.test/{{2}}" },
          ],
        },
      },
      variables: { "1": "Lucía", "2": "R-1", "3": "med_1?e=9&s=k" },
      header: { base: "https://calls.test/media/", variable: "3" },
    });
  });

  test("what it has no place for is said", () => {
    const { variables } = reservation();
    const problems = adapter.problems({
      category: "utility",
      content: {
        body: "x",
        header: { type: "location" },
        buttons: [{ type: "flow", text: "a", flowId: "1" }],
      },
      variables,
    });
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "/header twilio_location",
      "/buttons/0 twilio_flow_alone",
    ]);
  });
});

describe("submitted", () => {
  test("it is created, asked to be approved, and followed", async () => {
    const made = await submit();
    expect(made).toMatchObject({ status: "pending", category: "utility", names: { contentSid: made.ref } });
    emulator().decideContent(made.ref, { status: "approved" });
    expect(await adapter.status(submittedOf(made), vendor())).toMatchObject({ status: "approved" });
    emulator().decideContent(made.ref, {
      status: "paused",
      category: "MARKETING",
      rejectionReason: "LOW_QUALITY",
    });
    expect(await adapter.status(submittedOf(made), vendor())).toMatchObject({
      status: "paused",
      category: "marketing",
      reason: "LOW_QUALITY",
    });
  });

  test("[L5] again after a lost answer it is found, not made twice", async () => {
    emulator().faults.next({ path: /\/v1\/Content$/ }, { kind: "reset-after-accept" });
    await expect(adapter.submit(reservation(), vendor())).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    expect(contents()).toHaveLength(1);
    const known = { name: "reserva_1a2b3c4d", language: "es", ref: null, names: {} };
    const made = await submit({ known });
    expect(contents()).toHaveLength(1);
    expect(made.ref).toBe(contents()[0]?.ref);
  });

  test("other words are another content, and the one before stays", async () => {
    const first = await submit();
    emulator().decideContent(first.ref, { status: "approved" });
    const content = { body: "Hola {{ nombre }}, te esperamos mañana: {{ codigo }} es tu reserva." };
    const second = await submit({ name: "reserva_1a2b3c4d_2", content });
    expect(contents().map(({ ref }) => ref)).toEqual([first.ref, second.ref]);
    expect(await adapter.status(submittedOf(first), vendor())).toMatchObject({ status: "approved" });
  });

  test("what Twilio does not take comes back in its words", async () => {
    const content = { body: "Hola {{ nombre }}, buenas tardes a todos y {{ codigo }} más.", footer: "x" };
    await expect(
      adapter.submit(reservation({ content, language: "español" }), vendor()),
    ).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining("language"),
    });
  });

  test("what is gone at Twilio is told as gone, and taking it away once more is no mistake", async () => {
    const made = await adapter.submit(reservation(), vendor());
    await adapter.remove(submittedOf(made), vendor());
    expect(await adapter.status(submittedOf(made), vendor())).toBeNull();
    await adapter.remove(submittedOf(made), vendor());
  });

  test("looked at, what breaks a rule is rejected with the reason", async () => {
    emulator().reviewContents("at-once");
    const made = await submit({ content: { body: "{{ nombre }} tiene la reserva {{ codigo }} para hoy." } });
    await emulator().idle();
    expect(await adapter.status(submittedOf(made), vendor())).toMatchObject({
      status: "rejected",
      reason: expect.stringContaining("INVALID_FORMAT"),
    });
  });
});

describe("sent", () => {
  const values = { nombre: "Ana", codigo: "R-9" };
  const message = (to: string, names: object, given: object = {}) => {
    const { content } = reservation();
    const template = {
      key: "reserva",
      locale: "es",
      text: "Hola Ana, tu reserva R-9 está confirmada para mañana por la noche.",
      values,
      variables: ["nombre", "codigo"],
      vendors: { twilio: { ...names } },
      content,
    };
    return outbound({ to, template, ...given });
  };
  const entryTo = (to: string) =>
    emulator()
      .ledger()
      .find((entry) => entry.kind === "message" && entry.to === to);

  test("its words are in Twilio's list, so a lost answer is found by them", async () => {
    const made = await submit();
    emulator().decideContent(made.ref, { status: "approved" });
    const before = new Date();
    emulator().faults.next({ path: /Messages\.json$/ }, { kind: "reset-after-accept" });
    const sent = message("+573001118001", made.names);
    await expect(whatsapp.send(sent, context())).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    const lost = {
      effectId: "eff_1",
      to: "+573001118001",
      from: "+15005550006",
      body: sent.template?.text ?? "",
      sentAfter: before,
      known: new Set<string>(),
    };
    expect(await whatsapp.find?.(lost, context())).toMatchObject({ ref: entryTo("+573001118001")?.ref });
    expect(await whatsapp.find?.({ ...lost, body: "Otra cosa" }, context())).toBeNull();
  });

  test("one that is not approved fails at WhatsApp: 63027", async () => {
    const made = await submit();
    await whatsapp.send(message("+573001118002", made.names), context());
    await emulator().idle();
    expect(entryTo("+573001118002")).toMatchObject({ status: "failed", details: { errorCode: 63027 } });
  });

  test("a content that is not there, and an empty variable, are refused", async () => {
    const made = await submit();
    const unknown = message("+573001118003", { contentSid: `HX${"9".repeat(32)}` });
    expect(await whatsapp.send(unknown, context())).toMatchObject({ state: "refused", vendorCode: "21655" });
    const empty = message("+573001118004", made.names);
    const template = empty.template && { ...empty.template, values: { nombre: "Ana", codigo: "" } };
    expect(await whatsapp.send({ ...empty, ...(template ? { template } : {}) }, context())).toMatchObject({
      state: "refused",
      vendorCode: "21656",
    });
  });

  test("the file above its words fills the end of the address; a foreign one is objected to", () => {
    const names = {
      contentSid: "HX1",
      headerBase: "https://flow.test/media/",
      headerVariable: "3",
      sampleUrl: "https://flow.test/media/med_0",
    };
    const own = { ...message("+573001118005", names), headerFile: storedFile(Buffer.from("x")) };
    expect(whatsapp.objection?.(own)).toBeNull();
    const foreign = { ...own, headerFile: { ...own.headerFile, url: "https://x.test/a.png", stored: null } };
    expect(whatsapp.objection?.(foreign)).toMatchObject({ code: "header_fixed" });
  });
});

describe("files of inbound messages", () => {
  const file = { bytes: Buffer.from("89504e470d0a1a0a00", "hex"), type: "image/png", name: "foto.png" };

  test("are fetched with the account's name, which the other server does not learn", async () => {
    const urls: string[] = [];
    emulator().pointAt("http://127.0.0.1:9");
    const { sid } = await emulator().receiveMessage({
      from: "+573001119001",
      to: "+15005550006",
      body: "",
      files: [file],
    });
    const entry = emulator()
      .ledger()
      .find(({ ref }) => ref === sid);
    urls.push(...((entry?.details?.mediaUrls ?? []) as string[]));
    expect(urls).toHaveLength(1);
    expect(await media.download({ url: urls[0] ?? "" }, vendor())).toEqual(file);
    const stranger = vendorContext({ ...credential(), authToken: "wrong" });
    await expect(media.download({ url: urls[0] ?? "" }, stranger)).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
    });
    await expect(media.download({ url: `${urls[0]}0` }, vendor())).rejects.toMatchObject({
      code: "VENDOR_UNAVAILABLE",
    });
  });
});
